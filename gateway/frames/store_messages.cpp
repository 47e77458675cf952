#include "gateway/frames/store_messages.h"

#include "gateway/frames/bytes.h"
#include "gateway/frames/codes.h"
#include "gateway/frames/frame_writer.h"

namespace gateway::frames {
namespace {

constexpr std::size_t append_fixed = 24, unit_fixed = 16, event_fixed = 8, header_fixed = 6, read_fixed = 64;
constexpr std::size_t text_bytes_max = 1024, owner_bytes_max = 255;
constexpr std::uint16_t append_stays = 1;
constexpr std::uint16_t read_backward = 1, read_fresh = 2, read_stays = 4;

violation malformed(std::string text) { return {error_code::malformed_frame, std::move(text)}; }
violation beyond() { return {error_code::malformed_records, "APPEND: an append reaches beyond the end of the frame"}; }

void append_text_fields(std::string& out, std::string_view text, std::string_view owner) {
  append<std::uint16_t>(out, static_cast<std::uint16_t>(text.size()));
  append<std::uint16_t>(out, static_cast<std::uint16_t>(owner.size()));
}

void write_result(std::string& out, const append_result& r) {
  append<std::uint8_t>(out, wire_code(r.what.fate));
  append<std::uint8_t>(out, wire_code(r.what.why));
  append<std::uint16_t>(out, r.what.is_limit_of_events ? 1 : 0);
  append<std::int32_t>(out, r.partition);
  append<std::uint64_t>(out, r.what.version);
  append<std::uint64_t>(out, r.what.first_version);
  append<std::int64_t>(out, r.what.first_offset);
  append<std::int64_t>(out, r.what.last_offset);
  append<std::uint64_t>(out, r.what.limit);
}

}  // namespace

fault read_append(std::string_view payload, append_request& out) {
  if (payload.size() < append_fixed) return malformed("APPEND is shorter than its fixed part of 24 bytes");
  const char* at = payload.data();
  out.request = load<std::uint64_t>(at);
  out.timeout_ms = load<std::uint32_t>(at + 8);
  const auto options = load<std::uint16_t>(at + 12);
  const auto topic_bytes = load<std::uint16_t>(at + 14);
  out.appends = load<std::uint32_t>(at + 16);
  if ((options & ~append_stays) != 0 || load<std::uint32_t>(at + 20) != 0)
    return malformed("APPEND: unknown option bits are set, or a reserved field is not 0");
  out.stays_here = (options & append_stays) != 0;
  if (topic_bytes == 0 || topic_bytes > topic_bytes_max || payload.size() < append_fixed + topic_bytes)
    return malformed("APPEND: topic_bytes must be 1 to 249 and within the frame");
  if (out.appends == 0 || out.appends > appends_per_frame_max)
    return violation{error_code::limit_exceeded, "APPEND: there must be 1 to 50000 appends in a frame"};
  out.topic = payload.substr(append_fixed, topic_bytes);
  out.block = payload.substr(append_fixed + topic_bytes);
  return {};
}

bool append_reader::take(std::size_t bytes, std::string_view& out) noexcept {
  if (rest_.size() < bytes) return false;
  out = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return true;
}

fault append_reader::next(append_unit& out) {
  std::string_view fixed;
  if (!take(unit_fixed, fixed)) return beyond();
  const auto expected = load<std::int64_t>(fixed.data());
  out.events = load<std::uint32_t>(fixed.data() + 8);
  const auto aggregate_bytes = load<std::uint16_t>(fixed.data() + 12);
  if (expected < any_version || load<std::uint16_t>(fixed.data() + 14) != 0)
    return malformed("APPEND: an expected version is -1 (any), 0 or more; a reserved field is not 0");
  out.expected_version.reset();
  if (expected != any_version) out.expected_version = static_cast<std::uint64_t>(expected);
  if (!take(aggregate_bytes, out.aggregate)) return beyond();
  return {};
}

fault append_reader::next_event(::store::event& out) {
  std::string_view fixed;
  if (!take(event_fixed, fixed)) return beyond();
  const auto value_bytes = load<std::uint32_t>(fixed.data());
  const auto id_bytes = load<std::uint16_t>(fixed.data() + 4);
  const auto headers = load<std::uint16_t>(fixed.data() + 6);
  if (headers > headers_per_record_max || headers_seen_ + headers > headers_per_frame_max)
    return violation{error_code::limit_exceeded, "APPEND: more than 64 headers of an event, or 262144 in one frame"};
  headers_seen_ += headers;
  if (!take(id_bytes, out.id) || !take(value_bytes, out.value)) return beyond();
  headers_.clear();
  for (std::uint16_t i = 0; i < headers; ++i) {
    std::string_view sizes, name, value;
    if (!take(header_fixed, sizes) || !take(load<std::uint16_t>(sizes.data()), name) ||
        !take(load<std::uint32_t>(sizes.data() + 2), value))
      return beyond();
    headers_.push_back({name, value});
  }
  out.headers = headers_;
  return {};
}

fault append_reader::finish() const {
  if (rest_.empty()) return {};
  return violation{error_code::malformed_records,
                   "APPEND: " + std::to_string(rest_.size()) + " bytes follow the last append"};
}

fault read_read(std::string_view payload, read_request& out) {
  if (payload.size() < read_fixed) return malformed("READ is shorter than its fixed part of 64 bytes");
  const char* at = payload.data();
  out.request = load<std::uint64_t>(at);
  out.from = load<std::uint64_t>(at + 8);
  out.limit = load<std::uint64_t>(at + 16);
  out.at_least = load<std::uint64_t>(at + 24);
  out.up_to = load<std::uint64_t>(at + 32);
  out.token_offset = load<std::int64_t>(at + 40);
  out.wait_ms = load<std::uint32_t>(at + 48);
  out.bytes_max = load<std::uint32_t>(at + 52);
  const auto options = load<std::uint16_t>(at + 56);
  const auto topic_bytes = load<std::uint16_t>(at + 58);
  const auto aggregate_bytes = load<std::uint16_t>(at + 60);
  if ((options & ~(read_backward | read_fresh | read_stays)) != 0 || load<std::uint16_t>(at + 62) != 0)
    return malformed("READ: unknown option bits are set, or a reserved field is not 0");
  if (out.token_offset < -1) return malformed("READ: token_offset is -1 for none, else 0 or more");
  out.backward = (options & read_backward) != 0;
  out.fresh = (options & read_fresh) != 0;
  out.stays_here = (options & read_stays) != 0;
  if (topic_bytes == 0 || topic_bytes > topic_bytes_max || payload.size() != read_fixed + topic_bytes + aggregate_bytes)
    return malformed("READ: topic_bytes must be 1 to 249, and topic and aggregate fill the frame");
  out.topic = payload.substr(read_fixed, topic_bytes);
  out.aggregate = payload.substr(read_fixed + topic_bytes);
  return {};
}

void write_appended(std::string& out, const appended_frame& head, std::span<const append_result> results) {
  const std::string_view text = cut(head.text, text_bytes_max), owner = cut(head.owner, owner_bytes_max);
  const std::size_t begun_at = begin_frame(out, frame_type::appended);
  append<std::uint64_t>(out, head.request);
  append<std::uint32_t>(out, static_cast<std::uint32_t>(results.size()));
  append<std::uint8_t>(out, static_cast<std::uint8_t>(head.status));
  append<std::uint8_t>(out, 0);
  append_text_fields(out, text, owner);
  append<std::uint16_t>(out, 0);
  out.append(text).append(owner);
  for (const append_result& r : results) write_result(out, r);
  end_frame(out, begun_at);
}

void append_sent_event(std::string& to, const sent_event& e) {
  append<std::uint64_t>(to, e.version);
  append<std::int64_t>(to, e.offset);
  append<std::int64_t>(to, e.timestamp_ms);
  append<std::uint32_t>(to, static_cast<std::uint32_t>(e.value.size()));
  to += e.value;
}

void write_events(std::string& out, const events_frame& head, std::uint32_t count, std::string_view events) {
  const std::string_view text = cut(head.text, text_bytes_max), owner = cut(head.owner, owner_bytes_max);
  const std::size_t begun_at = begin_frame(out, frame_type::events);
  append<std::uint64_t>(out, head.request);
  append<std::uint64_t>(out, head.version);
  append<std::int32_t>(out, head.partition);
  append<std::uint32_t>(out, count);
  append<std::uint8_t>(out, static_cast<std::uint8_t>(head.status));
  append<std::uint8_t>(out, head.has_more ? 1 : 0);
  append_text_fields(out, text, owner);
  append<std::uint32_t>(out, 0);
  append<std::uint16_t>(out, 0);
  out.append(text).append(owner).append(events);
  end_frame(out, begun_at);
}

std::uint8_t wire_code(::store::append_fate fate) noexcept {
  using ::store::append_fate;
  switch (fate) {
    case append_fate::appended: return 0;
    case append_fate::duplicate: return 1;
    case append_fate::conflict: return 2;
    case append_fate::too_large: return 3;
    case append_fate::blocked: return 4;
    case append_fate::refused: return 5;
    case append_fate::no_owner: return 6;
    case append_fate::unknown: return 7;
  }
  return 7;
}

std::optional<::store::append_fate> fate_of(std::uint8_t code) noexcept {
  for (std::size_t i = 0; i < ::store::append_fates; ++i)
    if (const auto fate = static_cast<::store::append_fate>(i); wire_code(fate) == code) return fate;
  return {};
}

}  // namespace gateway::frames
