#include "loadgen/http/response.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace loadgen::http {

namespace {

bool same_name(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
         });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> read_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool response_reader::fail(std::string what) {
  error_ = std::move(what);
  return false;
}

bool response_reader::consume(std::string_view& bytes) {
  while (!bytes.empty() && !broken()) {
    if (state_ == state::head) {
      if (!take_head(bytes)) return false;
      // A response without a body is whole with its head.
      if (state_ == state::counted && left_ == 0) {
        if (whole()) return true;
        continue;
      }
    }
    if (take_body(bytes) && whole()) return true;
  }
  return false;
}

bool response_reader::whole() {
  state_ = state::head;
  partial_.clear();
  return response_.status >= 200;
}

bool response_reader::take_head(std::string_view& bytes) {
  if (partial_.empty()) {
    if (const auto end = bytes.find("\r\n\r\n"); end != std::string_view::npos) {
      const std::string_view head = bytes.substr(0, end + 2);
      bytes.remove_prefix(end + 4);
      return read_head(head);
    }
  }
  const std::size_t before = partial_.size();
  partial_.append(bytes);
  const auto end = partial_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    bytes = {};
    return partial_.size() <= head_max || fail("a response head of more than 64 KiB");
  }
  bytes.remove_prefix(end + 4 - before);
  const std::string head = partial_.substr(0, end + 2);
  partial_.clear();
  return read_head(head);
}

bool response_reader::read_head(std::string_view head) {
  const auto line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  if (!line.starts_with("HTTP/1.") || line.size() < 12) {
    return fail("not an HTTP/1.1 response: '" + std::string(line.substr(0, 60)) + "'");
  }
  const auto status = read_number(line.substr(9, 3), 10);
  if (!status) return fail("no status in '" + std::string(line.substr(0, 60)) + "'");
  response_ = {};
  response_.status = static_cast<int>(*status);
  response_.close = line.starts_with("HTTP/1.0");
  chunked_ = false;
  length_.reset();
  for (head.remove_prefix(line_end + 2); !head.empty();) {
    const auto end = head.find("\r\n");
    if (!read_field(head.substr(0, end))) return false;
    head.remove_prefix(end + 2);
  }
  const bool bodiless = response_.status < 200 || response_.status == 204 || response_.status == 304;
  left_ = bodiless ? 0 : length_.value_or(0);
  state_ = bodiless || length_ ? state::counted : chunked_ ? state::chunk_size : state::to_end;
  if (chunked_ && !bodiless) state_ = state::chunk_size;
  if (state_ == state::to_end) response_.close = true;
  return left_ <= body_max || fail("a response body of more than 64 MiB");
}

bool response_reader::read_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return fail("a header without a colon: '" + std::string(line) + "'");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (same_name(name, "content-length")) {
    length_ = read_number(value, 10);
    if (!length_) return fail("Content-Length '" + std::string(value) + "'");
  } else if (same_name(name, "transfer-encoding")) {
    chunked_ = same_name(value, "chunked");
    if (!chunked_) return fail("Transfer-Encoding '" + std::string(value) + "'");
  } else if (same_name(name, "connection")) {
    if (same_name(value, "close")) response_.close = true;
    if (same_name(value, "keep-alive")) response_.close = false;
  } else if (same_name(name, "headgate-aggregate-version")) {
    response_.aggregate_version = read_number(value, 10);
  } else if (same_name(name, "retry-after")) {
    // Only the seconds form; a date is read as "come back in a second".
    response_.retry_after = std::chrono::seconds(std::min<std::uint64_t>(read_number(value, 10).value_or(1), 3600));
  }
  return true;
}

bool response_reader::take_line(std::string_view& bytes, std::string_view& line) {
  if (partial_used_) {
    partial_.clear();
    partial_used_ = false;
  }
  const auto end = bytes.find('\n');
  partial_.append(bytes.substr(0, end == std::string_view::npos ? end : end + 1));
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  if (end == std::string_view::npos) {
    if (partial_.size() > head_max) fail("a chunk line of more than 64 KiB");
    return false;
  }
  partial_used_ = true;
  line = trim(std::string_view(partial_).substr(0, partial_.size() - 1));
  return true;
}

bool response_reader::read_chunk_size(std::string_view line) {
  const auto size = read_number(trim(line.substr(0, line.find(';'))), 16);
  if (!size || response_.body.size() + *size > body_max) return fail("chunk size '" + std::string(line) + "'");
  left_ = *size;
  state_ = left_ == 0 ? state::trailers : state::chunk_data;
  return true;
}

bool response_reader::take_body(std::string_view& bytes) {
  std::string_view line;
  switch (state_) {
    case state::head: return false;
    case state::counted:
    case state::chunk_data: {
      const std::string_view here =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      response_.body.append(here);
      bytes.remove_prefix(here.size());
      left_ -= here.size();
      if (left_ > 0) return false;
      if (state_ == state::counted) return true;
      state_ = state::chunk_end;
      return false;
    }
    case state::to_end:
      response_.body.append(bytes);
      bytes = {};
      if (response_.body.size() > body_max) fail("a response body of more than 64 MiB");
      return false;
    case state::chunk_size:
      if (take_line(bytes, line)) read_chunk_size(line);
      return false;
    case state::chunk_end:
      if (take_line(bytes, line)) state_ = state::chunk_size;
      return false;
    case state::trailers: return take_line(bytes, line) && line.empty();
  }
  return false;
}

bool response_reader::finish() { return state_ == state::to_end && !broken() && whole(); }

}  // namespace loadgen::http
