#include "gateway/frames/frame_writer.h"

#include "batching/crc32c.h"
#include "gateway/frames/bytes.h"

namespace gateway::frames {
namespace {

constexpr std::size_t error_text_max = 1024, close_text_max = 255;
constexpr std::uint16_t zstd_and_lz4 =
    1U << static_cast<int>(compression::zstd) | 1U << static_cast<int>(compression::lz4);

void append_text(std::string& out, std::string_view text) {
  append<std::uint16_t>(out, static_cast<std::uint16_t>(text.size()));
  out += text;
}

}  // namespace

std::size_t begin_frame(std::string& out, frame_type type) {
  const std::size_t begun_at = out.size();
  out.append(header_bytes, '\0');
  store<std::uint8_t>(out.data() + begun_at + 4, static_cast<std::uint8_t>(type));
  return begun_at;
}

void end_frame(std::string& out, std::size_t begun_at) noexcept {
  char* header = out.data() + begun_at;
  const std::size_t payload_bytes = out.size() - begun_at - header_bytes;
  store<std::uint32_t>(header, static_cast<std::uint32_t>(payload_bytes));
  store<std::uint32_t>(header + 8,
                       batching::crc32c({header + header_bytes, payload_bytes}, batching::crc32c({header, 8})));
}

void write_welcome(std::string& out, const welcome& what) {
  const std::size_t begun_at = begin_frame(out, frame_type::welcome);
  append<std::uint16_t>(out, what.version);
  append<std::uint16_t>(out, zstd_and_lz4);
  append<std::uint32_t>(out, what.frame_bytes_max);
  append<std::uint32_t>(out, what.decoded_bytes_max);
  append<std::uint32_t>(out, what.records_max);
  append<std::uint32_t>(out, what.idle_ms);
  append<std::uint64_t>(out, what.first.sequence);
  append<std::uint64_t>(out, what.first.bytes);
  append_text(out, what.name);
  if (what.version >= version_with_store) {
    append<std::uint32_t>(out, what.store_requests_max);
    append_text(out, what.challenge);
  }
  end_frame(out, begun_at);
}

void write_credit(std::string& out, const credit& total) {
  const std::size_t begun_at = begin_frame(out, frame_type::credit);
  append<std::uint64_t>(out, total.sequence);
  append<std::uint64_t>(out, total.bytes);
  end_frame(out, begun_at);
}

void write_pong(std::string& out, std::string_view ping) {
  const std::size_t begun_at = begin_frame(out, frame_type::pong);
  out += ping;
  end_frame(out, begun_at);
}

void write_close(std::string& out, const close& what) {
  const std::size_t begun_at = begin_frame(out, frame_type::close);
  append<std::uint64_t>(out, what.sequence);
  append<std::uint8_t>(out, static_cast<std::uint8_t>(what.reason));
  append<std::uint8_t>(out, 0);
  append_text(out, cut(what.text, close_text_max));
  end_frame(out, begun_at);
}

void write_error(std::string& out, const violation& why, std::uint64_t sequence, std::uint64_t last_sequence) {
  const std::size_t begun_at = begin_frame(out, frame_type::error);
  append<std::uint64_t>(out, sequence);
  append<std::uint64_t>(out, last_sequence);
  append<std::uint16_t>(out, static_cast<std::uint16_t>(why.code));
  append_text(out, cut(why.text, error_text_max));
  end_frame(out, begun_at);
}

}  // namespace gateway::frames
