#include "gateway/peers/peer_messages.h"

#include "gateway/frames/bytes.h"
#include "gateway/frames/codes.h"
#include "gateway/frames/frame_writer.h"
#include "gateway/frames/store_messages.h"

namespace gateway::peers {
namespace {

using frames::append;
using frames::frame_type;
using frames::load;

constexpr std::size_t append_fixed = 24, unit_fixed = 16, event_fixed = 8, header_fixed = 6;
constexpr std::size_t welcome_fixed = 38, appended_fixed = 20, result_bytes = 48;
constexpr std::uint16_t append_stays = 1, read_backward = 1, read_fresh = 2, read_stays = 4;
constexpr std::size_t name_bytes_max = 255;

std::size_t bytes_of(const ::store::event& e) noexcept {
  std::size_t bytes = event_fixed + e.id.size() + e.value.size();
  for (const batching::header& h : e.headers) bytes += header_fixed + h.name.size() + h.value.size();
  return bytes;
}

void write_event(std::string& out, const ::store::event& e) {
  append<std::uint32_t>(out, static_cast<std::uint32_t>(e.value.size()));
  append<std::uint16_t>(out, static_cast<std::uint16_t>(e.id.size()));
  append<std::uint16_t>(out, static_cast<std::uint16_t>(e.headers.size()));
  out.append(e.id).append(e.value);
  for (const batching::header& h : e.headers) {
    append<std::uint16_t>(out, static_cast<std::uint16_t>(h.name.size()));
    append<std::uint32_t>(out, static_cast<std::uint32_t>(h.value.size()));
    out.append(h.name).append(h.value);
  }
}

std::optional<::store::append_answer> read_result(const char* at) {
  ::store::append_answer a;
  const auto fate = frames::fate_of(load<std::uint8_t>(at));
  if (!fate) return std::nullopt;
  a.fate = *fate;
  a.why = frames::reason_of(load<std::uint8_t>(at + 1));
  a.is_limit_of_events = load<std::uint16_t>(at + 2) == 1;
  a.version = load<std::uint64_t>(at + 8);
  a.first_version = load<std::uint64_t>(at + 16);
  a.first_offset = load<std::int64_t>(at + 24);
  a.last_offset = load<std::int64_t>(at + 32);
  a.limit = load<std::uint64_t>(at + 40);
  return a;
}

bool read_sent_events(std::string_view rest, std::uint32_t count, std::vector<::store::stored_event>& out) {
  for (; count > 0; --count) {
    if (rest.size() < frames::sent_event_fixed_bytes) return false;
    const std::size_t bytes = load<std::uint32_t>(rest.data() + 24);
    if (rest.size() - frames::sent_event_fixed_bytes < bytes) return false;
    ::store::stored_event e;
    e.version = load<std::uint64_t>(rest.data());
    e.offset = load<std::int64_t>(rest.data() + 8);
    e.timestamp_ms = load<std::int64_t>(rest.data() + 16);
    e.value = rest.substr(frames::sent_event_fixed_bytes, bytes);
    out.push_back(e);
    rest.remove_prefix(frames::sent_event_fixed_bytes + bytes);
  }
  return rest.empty();
}

stores::read_status status_of(std::uint8_t code) noexcept {
  switch (static_cast<frames::store_status>(code)) {
    case frames::store_status::done: return stores::read_status::done;
    case frames::store_status::not_visible: return stores::read_status::not_visible;
    case frames::store_status::no_owner:
    case frames::store_status::no_room:
    case frames::store_status::draining:
    case frames::store_status::unknown_topic: return stores::read_status::no_owner;  // that instance is not so far yet
    default: return stores::read_status::failed;
  }
}

}  // namespace

void write_hello(std::string& out, std::string_view name, bool is_peer, std::uint32_t receive_bytes_max) {
  name = frames::cut(name, name_bytes_max);
  const std::size_t begun_at = frames::begin_frame(out, frame_type::hello);
  out += frames::magic;
  append<std::uint16_t>(out, frames::version_with_store);
  append<std::uint16_t>(out, frames::version_newest);
  append<std::uint32_t>(out, receive_bytes_max);
  append<std::uint32_t>(out, 0);
  append<std::uint16_t>(out, static_cast<std::uint16_t>(name.size()));
  out += name;
  append<std::uint16_t>(out, 0);
  append<std::uint8_t>(out, is_peer ? 1 : 0);
  frames::end_frame(out, begun_at);
}

std::size_t append_frame_bytes(std::string_view topic, std::span<const ::store::append> appends) {
  std::size_t bytes = frames::header_bytes + append_fixed + topic.size();
  for (const ::store::append& a : appends) {
    bytes += unit_fixed + a.aggregate.size();
    for (const ::store::event& e : a.events) bytes += bytes_of(e);
  }
  return bytes;
}

void write_append(std::string& out, std::uint64_t request, std::chrono::milliseconds time_max, std::string_view topic,
                  std::span<const ::store::append> appends) {
  const std::size_t begun_at = frames::begin_frame(out, frame_type::append);
  append<std::uint64_t>(out, request);
  append<std::uint32_t>(out, static_cast<std::uint32_t>(time_max.count()));
  append<std::uint16_t>(out, append_stays);
  append<std::uint16_t>(out, static_cast<std::uint16_t>(topic.size()));
  append<std::uint32_t>(out, static_cast<std::uint32_t>(appends.size()));
  append<std::uint32_t>(out, 0);
  out += topic;
  for (const ::store::append& a : appends) {
    append<std::int64_t>(out,
                         a.expected_version ? static_cast<std::int64_t>(*a.expected_version) : frames::any_version);
    append<std::uint32_t>(out, static_cast<std::uint32_t>(a.events.size()));
    append<std::uint16_t>(out, static_cast<std::uint16_t>(a.aggregate.size()));
    append<std::uint16_t>(out, 0);
    out += a.aggregate;
    for (const ::store::event& e : a.events) write_event(out, e);
  }
  frames::end_frame(out, begun_at);
}

void write_read(std::string& out, std::uint64_t request, const stores::remote_read& what) {
  const std::size_t begun_at = frames::begin_frame(out, frame_type::read);
  const bool is_backward = what.towards == ::store::direction::backward;
  append<std::uint64_t>(out, request);
  append<std::uint64_t>(out, what.from);
  append<std::uint64_t>(out, what.limit);
  append<std::uint64_t>(out, what.at_least);
  append<std::uint64_t>(out, what.up_to);
  append<std::int64_t>(out, what.token_offset);
  append<std::uint32_t>(out, static_cast<std::uint32_t>(what.wait.count()));
  append<std::uint32_t>(out, 0);
  append<std::uint16_t>(
      out, static_cast<std::uint16_t>(read_stays | (is_backward ? read_backward : 0) | (what.fresh ? read_fresh : 0)));
  append<std::uint16_t>(out, static_cast<std::uint16_t>(what.topic.size()));
  append<std::uint16_t>(out, static_cast<std::uint16_t>(what.aggregate.size()));
  append<std::uint16_t>(out, 0);
  out.append(what.topic).append(what.aggregate);
  frames::end_frame(out, begun_at);
}

std::optional<welcome_read> read_welcome(std::string_view payload) {
  if (payload.size() < welcome_fixed) return std::nullopt;
  welcome_read read;
  read.version = load<std::uint16_t>(payload.data());
  read.frame_bytes_max = load<std::uint32_t>(payload.data() + 4);
  const std::size_t name_bytes = load<std::uint16_t>(payload.data() + 36);
  if (read.version < frames::version_with_store || payload.size() < welcome_fixed + name_bytes + 6) return std::nullopt;
  const std::string_view more = payload.substr(welcome_fixed + name_bytes);
  read.requests_max = load<std::uint32_t>(more.data());
  const std::size_t challenge_bytes = load<std::uint16_t>(more.data() + 4);
  if (more.size() < 6 + challenge_bytes) return std::nullopt;
  read.challenge = more.substr(6, challenge_bytes);
  return read;
}

std::optional<appended_read> read_appended(std::string_view payload) {
  if (payload.size() < appended_fixed) return std::nullopt;
  appended_read read;
  read.request = load<std::uint64_t>(payload.data());
  const std::uint64_t count = load<std::uint32_t>(payload.data() + 8);
  read.status = load<std::uint8_t>(payload.data() + 12);
  const std::size_t texts =
      std::size_t{load<std::uint16_t>(payload.data() + 14)} + load<std::uint16_t>(payload.data() + 16);
  if (payload.size() != appended_fixed + texts + count * result_bytes) return std::nullopt;
  const char* at = payload.data() + appended_fixed + texts;
  for (std::uint64_t i = 0; i < count; ++i, at += result_bytes) {
    const auto result = read_result(at);
    if (!result) return std::nullopt;
    read.results.push_back(*result);
  }
  return read;
}

std::optional<events_read> read_events(std::string_view payload) {
  if (payload.size() < frames::events_fixed_bytes) return std::nullopt;
  events_read read;
  read.request = load<std::uint64_t>(payload.data());
  read.piece.version = load<std::uint64_t>(payload.data() + 8);
  const auto count = load<std::uint32_t>(payload.data() + 20);
  read.status = load<std::uint8_t>(payload.data() + 24);
  read.piece.status = status_of(read.status);
  read.piece.has_more = load<std::uint8_t>(payload.data() + 25) == 1;
  const std::size_t text_bytes = load<std::uint16_t>(payload.data() + 26);
  const std::size_t texts = text_bytes + load<std::uint16_t>(payload.data() + 28);
  if (payload.size() < frames::events_fixed_bytes + texts) return std::nullopt;
  read.piece.why = payload.substr(frames::events_fixed_bytes, text_bytes);
  read.piece.bytes = payload.substr(frames::events_fixed_bytes + texts);
  if (!read_sent_events(read.piece.bytes, count, read.piece.events)) return std::nullopt;
  return read;
}

}  // namespace gateway::peers
