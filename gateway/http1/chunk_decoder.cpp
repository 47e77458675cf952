#include "gateway/http1/chunk_decoder.h"

#include <algorithm>
#include <cstring>

#include "gateway/http1/chars.h"

namespace gateway::http1 {
namespace {

// True for a character that a trailer's value may hold: visible ASCII, space and tab.
bool is_text(char c) noexcept { return c == '\t' || (c >= 0x20 && c < 0x7f); }

}  // namespace

bool chunk_decoder::fail(errc code, std::string_view detail) {
  error_ = {code, std::string(detail)};
  return false;
}

bool chunk_decoder::expect(char c, char wanted, stage next) {
  if (c != wanted) return fail(errc::malformed_chunks, "lines of a chunked body end in CR LF");
  stage_ = next;
  return true;
}

chunk_decoder::progress chunk_decoder::feed(std::string_view in, char* out) {
  progress p;
  while (p.consumed < in.size() && stage_ != stage::done) {
    if (stage_ == stage::data) {
      const std::size_t n = std::min<std::uint64_t>(chunk_, in.size() - p.consumed);
      std::memmove(out + p.produced, in.data() + p.consumed, n);
      p.consumed += n;
      p.produced += n;
      chunk_ -= n;
      if (chunk_ == 0) stage_ = stage::data_cr;
    } else if (step(in[p.consumed])) {
      ++p.consumed;
    } else {
      p.status = status::failed;
      return p;
    }
  }
  if (stage_ == stage::done) p.status = status::done;
  return p;
}

bool chunk_decoder::step(char c) {
  switch (stage_) {
    case stage::size_first:
      chunk_ = 0;
      digits_ = 0;
      if (!is(c, is_hex)) return fail(errc::malformed_chunks, "a chunk begins with its size in hexadecimal");
      return size_digit(c);
    case stage::size: return is(c, is_hex) ? size_digit(c) : size_end(c);
    case stage::extension: return extension_byte(c);
    case stage::size_lf: return expect(c, '\n', chunk_ == 0 ? stage::trailer_first : stage::data);
    case stage::data_cr: return expect(c, '\r', stage::data_lf);
    case stage::data_lf: return expect(c, '\n', stage::size_first);
    case stage::last_lf: return expect(c, '\n', stage::done);
    default: return trailer_byte(c);
  }
}

bool chunk_decoder::size_digit(char c) {
  stage_ = stage::size;
  if (++digits_ > 15) return fail(errc::malformed_chunks, "a chunk's size has more than 15 digits");
  chunk_ = chunk_ * 16 + static_cast<std::uint64_t>(hex_value(c));
  return true;
}

bool chunk_decoder::size_end(char c) {
  if (c != '\r' && c != ';') return fail(errc::malformed_chunks, "a chunk's size is followed by CR LF or ';'");
  if (chunk_ > left_)
    return fail(errc::body_too_large,
                "the body is larger than " + std::to_string(max_) + " bytes: send smaller requests");
  left_ -= chunk_;
  extension_.begin();
  stage_ = c == ';' ? stage::extension : stage::size_lf;
  return true;
}

bool chunk_decoder::extension_byte(char c) {
  if (c == '\r' && extension_.may_end()) {
    stage_ = stage::size_lf;
    return true;
  }
  if (++extension_bytes_ > extension_bytes_max) return fail(errc::malformed_chunks, "chunk extensions are too long");
  if (extension_.take(c)) return true;
  return fail(errc::malformed_chunks, "a chunk extension is ';' and a name, or ';' name '=' value (RFC 9112 7.1.1)");
}

bool chunk_decoder::trailer_byte(char c) {
  if (++trailer_bytes_ > trailer_bytes_max) return fail(errc::head_too_large, "the trailers are too large");
  switch (stage_) {
    case stage::trailer_first:
      if (c == '\r') return expect(c, '\r', stage::last_lf);
      if (++trailers_ > trailers_max) return fail(errc::head_too_large, "too many trailers");
      if (!is(c, is_token)) return fail(errc::malformed_chunks, "a trailer must begin with its name");
      stage_ = stage::trailer_name;
      return true;
    case stage::trailer_name:
      if (c == ':')
        stage_ = stage::trailer_value;
      else if (!is(c, is_token))
        return fail(errc::malformed_chunks, "a trailer's name must be a token");
      return true;
    case stage::trailer_value:
      if (c == '\r')
        stage_ = stage::trailer_lf;
      else if (!is_text(c))
        return fail(errc::malformed_chunks, "a trailer's value must be visible ASCII");
      return true;
    default: return expect(c, '\n', stage::trailer_first);
  }
}

}  // namespace gateway::http1
