#include "gateway/frames/messages.h"

#include "gateway/frames/bytes.h"

namespace gateway::frames {
namespace {

constexpr std::size_t hello_fixed = 22, publish_fixed = 24, close_fixed = 12;
constexpr std::size_t name_bytes_max = 255;
constexpr std::uint16_t option_json = 1;

violation malformed(std::string text) { return {error_code::malformed_frame, std::move(text)}; }

/// An enumerator from the wire, in its table.
template <typename Enum>
bool pick(char from, Enum last, Enum& out) noexcept {
  const auto value = static_cast<std::uint8_t>(from);
  if (value > static_cast<std::uint8_t>(last)) return false;
  out = static_cast<Enum>(value);
  return true;
}

/// The same behind a 0 that stands for the topic's default.
template <typename Enum>
bool pick_or_default(char from, Enum last, std::optional<Enum>& out) noexcept {
  out.reset();
  return from == 0 || pick(static_cast<char>(from - 1), last, out.emplace());
}

/// Behind the name: a length and so many bytes. Nothing at all: no credential. Behind that, from version 2 on: whether
/// it is a peer. Later bytes are a later version's.
fault read_credential(std::string_view rest, hello& out) {
  if (rest.empty()) return {};
  const std::size_t bytes = rest.size() < 2 ? 0 : load<std::uint16_t>(rest.data());
  if (rest.size() < 2 + bytes) return malformed("HELLO: credential_bytes is beyond the frame");
  out.credential = rest.substr(2, bytes);
  rest.remove_prefix(2 + bytes);
  out.is_peer = out.version_max >= version_with_store && !rest.empty() && rest.front() == 1;
  return {};
}

}  // namespace

fault read_hello(std::string_view payload, hello& out) {
  if (!payload.starts_with(magic))
    return violation{error_code::not_headgate, "HELLO must begin with the magic HEADGATE"};
  if (payload.size() < hello_fixed) return malformed("HELLO is shorter than its fixed part of 22 bytes");
  const char* at = payload.data();
  out.version_min = load<std::uint16_t>(at + 8);
  out.version_max = load<std::uint16_t>(at + 10);
  out.receive_bytes_max = load<std::uint32_t>(at + 12);
  const auto name_bytes = load<std::uint16_t>(at + 20);
  if (load<std::uint32_t>(at + 16) != 0) return malformed("HELLO: options must be 0");
  if (out.version_min == 0 || out.version_min > out.version_max)
    return malformed("HELLO: version_min must be at least 1 and at most version_max");
  if (out.receive_bytes_max != 0 && out.receive_bytes_max < receive_bytes_min)
    return malformed("HELLO: receive_bytes_max must be 0 or at least 65536");
  if (name_bytes > name_bytes_max || payload.size() < hello_fixed + name_bytes)
    return malformed("HELLO: name_bytes is above 255 or beyond the frame");
  out.name = payload.substr(hello_fixed, name_bytes);
  return read_credential(payload.substr(hello_fixed + name_bytes), out);
}

fault read_publish(const frame& from, publish& out) {
  const std::string_view payload = from.payload;
  if (payload.size() < publish_fixed) return malformed("PUBLISH is shorter than its fixed part of 24 bytes");
  const char* at = payload.data();
  out.sequence = load<std::uint64_t>(at);
  if (!pick_or_default(at[8], batching::ack_level::none, out.ack)) return malformed("PUBLISH: ack must be 0, 1 or 2");
  if (!pick_or_default(at[9], batching::on_invalid::refuse, out.on_invalid))
    return malformed("PUBLISH: on_invalid must be 0 to 3");
  if (!pick(at[10], compression::lz4, out.packed)) return malformed("PUBLISH: compression must be 0, 1 or 2");
  if (!pick(at[11], results::positions, out.results)) return malformed("PUBLISH: results must be 0, 1 or 2");
  const auto options = load<std::uint16_t>(at + 12);
  if ((options & ~option_json) != 0) return malformed("PUBLISH: unknown option bits are set");
  out.json = (options & option_json) != 0;
  const auto topic_bytes = load<std::uint16_t>(at + 14);
  out.records = load<std::uint32_t>(at + 16);
  out.records_bytes = load<std::uint32_t>(at + 20);
  if (topic_bytes == 0 && !out.json)
    return malformed("PUBLISH: without a topic the json option must be set: each record's type leads to its topic");
  if (topic_bytes > topic_bytes_max || payload.size() < publish_fixed + topic_bytes)
    return malformed("PUBLISH: topic_bytes must be at most 249 and within the frame");
  out.topic = payload.substr(publish_fixed, topic_bytes);
  out.block = payload.substr(publish_fixed + topic_bytes);
  if (out.packed == compression::none && out.block.size() != out.records_bytes)
    return malformed("PUBLISH: the record block has " + std::to_string(out.block.size()) +
                     " bytes, records_bytes says " + std::to_string(out.records_bytes));
  out.frame_bytes = from.bytes;
  return {};
}

fault read_close(std::string_view payload, close& out) {
  if (payload.size() < close_fixed) return malformed("CLOSE is shorter than its fixed part of 12 bytes");
  out.sequence = load<std::uint64_t>(payload.data());
  if (!pick(payload[8], close_reason::idle, out.reason)) return malformed("CLOSE: the reason is not in the table");
  if (payload[9] != 0) return malformed("CLOSE: a reserved field is not 0");
  const auto text_bytes = load<std::uint16_t>(payload.data() + 10);
  if (text_bytes > 255 || payload.size() != close_fixed + text_bytes)
    return malformed("CLOSE: text_bytes is above 255 or does not match the frame");
  out.text = payload.substr(close_fixed);
  return {};
}

fault read_ping(std::string_view payload, std::string_view& out) {
  if (payload.size() != 8) return malformed("PING and PONG carry exactly 8 bytes");
  out = payload;
  return {};
}

}  // namespace gateway::frames
