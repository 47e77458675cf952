#include "batching/kafka/wire/record_batch_reader.h"

#include "batching/crc32c.h"
#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::size_t log_overhead_bytes = 12;  // base offset and length: the length counts what is behind them
constexpr std::size_t magic_at = 16;
constexpr std::size_t checksum_at = 17;
constexpr std::size_t attributes_at = 21;

// A signed number, zigzag, of at most ten bytes.
bool take_signed(std::string_view& from, std::int64_t& value) noexcept {
  std::uint64_t bits = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    std::uint8_t byte = 0;
    if (!take(from, byte)) return false;
    bits |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) != 0) continue;
    value = static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
    return true;
  }
  return false;
}

// A length and so many bytes; `is_there` false: null.
bool take_sized(std::string_view& from, bool& is_there, std::string_view& bytes) noexcept {
  std::int64_t size = 0;
  if (!take_signed(from, size) || !take_bytes(from, size, bytes)) return false;
  is_there = size >= 0;
  return true;
}

bool checksum_is_right(std::string_view batch) noexcept {
  std::string_view from = batch.substr(checksum_at);
  std::uint32_t expected = 0;
  return take(from, expected) && crc32c(batch.substr(attributes_at)) == expected;
}

bool take_head(std::string_view batch, record_batch_head& h) noexcept {
  std::string_view from = batch;
  if (!take(from, h.base_offset)) return false;
  from = batch.substr(attributes_at);
  const bool is_there = take(from, h.attributes) && take(from, h.last_offset_delta) &&
                        take(from, h.base_timestamp_ms) && take(from, h.max_timestamp_ms) &&
                        take(from, h.producer.id) && take(from, h.producer.epoch) && take(from, h.base_sequence) &&
                        take(from, h.count);
  h.records = from;
  constexpr std::int64_t offset_max = std::int64_t{1} << 62;
  return is_there && h.base_offset >= 0 && h.base_offset < offset_max && h.last_offset_delta >= 0 && h.count >= 0;
}

}  // namespace

record_batch_reader::step record_batch_reader::next(record_batch_head& head) noexcept {
  std::string_view after = rest_;
  std::int64_t base_offset = 0;
  std::int32_t length = 0;
  if (!take(after, base_offset) || !take(after, length)) return step::end;
  if (length < static_cast<std::int32_t>(magic_at + 1 - log_overhead_bytes)) return step::damaged;
  if (after.size() < static_cast<std::size_t>(length)) return step::end;
  const std::string_view batch = rest_.substr(0, log_overhead_bytes + static_cast<std::size_t>(length));
  rest_.remove_prefix(batch.size());
  if (batch[magic_at] < 2) return step::old_format;
  const bool is_right = batch.size() >= record_batch_head_bytes && batch[magic_at] == 2 && checksum_is_right(batch) &&
                        take_head(batch, head);
  return is_right ? step::batch : step::damaged;
}

bool record_reader::next(read_record& r) {
  if (left_ <= 0) {
    is_whole_ = left_ == 0;
    return false;
  }
  --left_;
  std::int64_t bytes = 0;
  std::string_view record;
  if (take_signed(rest_, bytes) && bytes >= 0 && take_bytes(rest_, bytes, record) && take_record(record, r))
    return true;
  left_ = -1;
  return false;
}

bool record_reader::take_record(std::string_view of, read_record& r) {
  std::int64_t time_delta = 0;
  std::int64_t offset_delta = 0;
  if (!skip<std::uint8_t>(of) || !take_signed(of, time_delta) || !take_signed(of, offset_delta) || offset_delta < 0 ||
      offset_delta > head_->last_offset_delta || !take_sized(of, r.has_key, r.key) ||
      !take_sized(of, r.has_value, r.value))
    return false;
  r.offset = head_->base_offset + offset_delta;
  // Added without a sign: what comes from outside may be any number.
  r.timestamp_ms = head_->has_log_append_time()
                       ? head_->max_timestamp_ms
                       : static_cast<std::int64_t>(static_cast<std::uint64_t>(head_->base_timestamp_ms) +
                                                   static_cast<std::uint64_t>(time_delta));
  return take_headers(of, r);
}

bool record_reader::take_headers(std::string_view& of, read_record& r) {
  headers_->clear();
  std::int64_t count = 0;
  if (!take_signed(of, count) || count > headers_max) return false;
  for (; count > 0; --count) {
    header& h = headers_->emplace_back();
    bool is_there = false;
    if (!take_sized(of, is_there, h.name) || !take_sized(of, is_there, h.value)) return false;
    h.is_null = !is_there;
  }
  r.headers = *headers_;
  return true;
}

}  // namespace batching::kafka::wire
