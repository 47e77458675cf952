#include "gateway/frames/record_reader.h"

#include <string>

#include "gateway/frames/bytes.h"

namespace gateway::frames {
namespace {

constexpr std::size_t record_fixed = 8, header_fixed = 6;

violation beyond(std::uint32_t index) {
  return {error_code::malformed_records,
          "record " + std::to_string(index) + " reaches beyond the end of the record block"};
}

}  // namespace

fault record_reader::read(std::string_view block, std::uint32_t records, batching::events& out) {
  out.clear();
  headers_.clear();
  with_headers_.clear();
  has_timestamps_ = false;
  const char* const bytes = block.data();
  std::size_t at = 0;
  for (std::uint32_t index = 0; index < records; ++index) {
    if (block.size() - at < record_fixed) return beyond(index);
    const std::uint64_t value_bytes = load<std::uint32_t>(bytes + at);
    const auto key_field = load<std::uint16_t>(bytes + at + 4);
    const auto headers = load<std::uint16_t>(bytes + at + 6);
    const std::uint64_t key_bytes = key_field == no_key ? 0 : key_field;
    at += record_fixed;
    if (block.size() - at < key_bytes + value_bytes) return beyond(index);
    batching::event& e = out.add();
    e.has_key = key_field != no_key;
    e.key = {bytes + at, key_bytes};
    e.value = {bytes + at + key_bytes, value_bytes};
    at += key_bytes + value_bytes;
    if (headers != 0) [[unlikely]]
      if (fault wrong = read_extras(block, at, headers, index, e)) return wrong;
  }
  if (at != block.size())
    return violation{error_code::malformed_records,
                     std::to_string(block.size() - at) + " bytes follow the last record"};
  if (!with_headers_.empty()) attach_headers(out);
  return {};
}

fault record_reader::read_extras(std::string_view block, std::size_t& at, std::uint32_t field, std::uint32_t index,
                                 batching::event& e) {
  e.is_tombstone = (field & record_is_tombstone) != 0;
  if (e.is_tombstone && !e.value.empty())
    return violation{error_code::malformed_records, "record " + std::to_string(index) + " is a tombstone with a value"};
  const std::uint32_t headers = field & ~(record_is_tombstone | record_has_timestamp);
  if (headers != 0)
    if (fault wrong = read_headers(block, at, headers, index)) return wrong;
  if ((field & record_has_timestamp) == 0) return {};
  if (block.size() - at < sizeof(std::int64_t)) return beyond(index);
  const auto ms = static_cast<std::int64_t>(load<std::uint64_t>(block.data() + at));
  at += sizeof ms;
  if (ms < 0)
    return violation{error_code::malformed_records, "record " + std::to_string(index) + " has a timestamp before 1970"};
  e.timestamp_ms = ms;
  has_timestamps_ = true;
  return {};
}

fault record_reader::read_headers(std::string_view block, std::size_t& at, std::uint32_t count, std::uint32_t index) {
  if (count > headers_per_record_max)
    return violation{error_code::malformed_records, "record " + std::to_string(index) + " has more than 64 headers"};
  if (headers_.size() + count > headers_per_frame_max)
    return violation{error_code::limit_exceeded, "more than 262144 headers in one frame"};
  with_headers_.push_back({index, static_cast<std::uint32_t>(headers_.size()), count});
  for (std::uint32_t i = 0; i < count; ++i) {
    if (block.size() - at < header_fixed) return beyond(index);
    const std::uint64_t name_bytes = load<std::uint16_t>(block.data() + at);
    const std::uint64_t value_bytes = load<std::uint32_t>(block.data() + at + 2);
    at += header_fixed;
    if (block.size() - at < name_bytes + value_bytes) return beyond(index);
    headers_.push_back({block.substr(at, name_bytes), block.substr(at + name_bytes, value_bytes)});
    at += name_bytes + value_bytes;
  }
  return {};
}

// Only now: headers_ moves while it grows.
void record_reader::attach_headers(batching::events& out) noexcept {
  for (const with_headers& w : with_headers_) out[w.event].headers = {headers_.data() + w.first, w.count};
}

}  // namespace gateway::frames
