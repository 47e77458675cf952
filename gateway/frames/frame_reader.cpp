#include "gateway/frames/frame_reader.h"

#include "batching/crc32c.h"
#include "gateway/frames/bytes.h"

namespace gateway::frames {
namespace {

frame_read broken(error_code code, std::string text) {
  frame_read read;
  read.state = frame_state::broken;
  read.why = {code, std::move(text)};
  return read;
}

std::uint32_t bytes_max(frame_type type, std::uint32_t publish_bytes_max) noexcept {
  switch (type) {
    case frame_type::hello: return hello_bytes_max;
    case frame_type::publish:
    case frame_type::append: return publish_bytes_max;
    case frame_type::read: return read_bytes_max;
    default: return control_bytes_max;
  }
}

frame_read too_large(std::uint64_t bytes, std::uint32_t most) {
  return broken(error_code::frame_too_large, "a frame of " + std::to_string(bytes) + " bytes: at most " +
                                                 std::to_string(most) + " are taken for its type; send smaller frames");
}

template <typename Bound>
frame_read read_bounded(std::string_view received, const Bound& bound) {
  frame_read read;
  read.bytes = header_bytes;
  if (received.size() < header_bytes) return read;

  const char* at = received.data();
  const auto payload_bytes = load<std::uint32_t>(at);
  const auto type = load<std::uint8_t>(at + 4);
  if (type < static_cast<std::uint8_t>(frame_type::hello) || type > static_cast<std::uint8_t>(frame_type::peered))
    return broken(error_code::unknown_type, "frame type " + std::to_string(type) + " is unknown");
  if (load<std::uint8_t>(at + 5) != 0 || load<std::uint16_t>(at + 6) != 0)
    return broken(error_code::malformed_frame, "reserved fields of the frame header must be 0");

  read.found.type = static_cast<frame_type>(type);
  const std::uint32_t most = bound(read.found.type);
  const std::uint64_t bytes = std::uint64_t{header_bytes} + payload_bytes;
  if (bytes > most) return too_large(bytes, most);

  read.bytes = static_cast<std::uint32_t>(bytes);
  if (received.size() < bytes) return read;
  read.found.payload = received.substr(header_bytes, payload_bytes);
  read.found.bytes = read.bytes;
  if (batching::crc32c(read.found.payload, batching::crc32c(received.substr(0, 8))) != load<std::uint32_t>(at + 8))
    return broken(error_code::bad_checksum,
                  "the frame's CRC-32C does not match: it covers the header's first 8 bytes and the payload");
  read.state = frame_state::whole;
  return read;
}

}  // namespace

frame_read read_frame(std::string_view received, std::uint32_t publish_bytes_max) {
  return read_bounded(received, [publish_bytes_max](frame_type type) { return bytes_max(type, publish_bytes_max); });
}

frame_read read_any_frame(std::string_view received, std::uint32_t most) {
  return read_bounded(received, [most](frame_type) { return most; });
}

}  // namespace gateway::frames
