#include "batching/kafka/wire/record_batch.h"

#include <bit>
#include <cstring>

#include "batching/crc32c.h"
#include "batching/kafka/wire/big_endian.h"

namespace batching::kafka::wire {
namespace {

// Where the head's fields stand.
constexpr std::size_t length_at = 8;
constexpr std::size_t leader_epoch_at = 12;
constexpr std::size_t magic_at = 16;
constexpr std::size_t checksum_at = 17;
constexpr std::size_t attributes_at = 21;  // the checksum covers all from here on
constexpr std::size_t last_delta_at = 23;
constexpr std::size_t base_timestamp_at = 27;
constexpr std::size_t max_timestamp_at = 35;
constexpr std::size_t producer_id_at = 43;
constexpr std::size_t producer_epoch_at = 51;
constexpr std::size_t base_sequence_at = 53;
constexpr std::size_t count_at = 57;

constexpr std::size_t varint_bytes_max = 5;
constexpr std::size_t record_frame_bytes_max = 2 + 5 * varint_bytes_max;  // all of a record but key, value, headers

// Zigzag of a number that is not negative: twice itself. The one negative number in a record is the length of a key
// that is not there.
constexpr std::uint32_t zigzag(std::size_t n) noexcept { return static_cast<std::uint32_t>(n) << 1; }
constexpr std::uint32_t zigzag_of_no_key = 1;  // -1

constexpr std::size_t varint_bytes(std::uint32_t v) noexcept {
  return (static_cast<std::size_t>(std::bit_width(v | 1U)) + 6) / 7;
}

char* put_varint(char* to, std::uint32_t v) noexcept {
  for (; v >= 0x80; v >>= 7) *to++ = static_cast<char>(v | 0x80);
  *to++ = static_cast<char>(v);
  return to;
}

char* put_bytes(char* to, const char* from, std::size_t bytes) noexcept {
  if (bytes > 0) std::memcpy(to, from, bytes);
  return to + bytes;
}

char* put_text(char* to, std::string_view text) noexcept {
  return put_bytes(put_varint(to, zigzag(text.size())), text.data(), text.size());
}

std::size_t headers_bytes(std::span<const header> headers) noexcept {
  std::size_t bytes = 0;
  for (const header& h : headers)
    bytes +=
        varint_bytes(zigzag(h.name.size())) + h.name.size() + varint_bytes(zigzag(h.value.size())) + h.value.size();
  return bytes;
}

char* put_record(char* to, const batch& in, const record& r, std::size_t offset_delta) noexcept {
  const auto headers = in.headers_of(r);
  const std::uint32_t delta = zigzag(offset_delta);
  const std::uint32_t key_length = r.key == nullptr ? zigzag_of_no_key : zigzag(r.key_bytes);
  const std::uint32_t value_length = zigzag(r.value_bytes);
  const std::uint32_t header_count = zigzag(headers.size());
  const std::size_t length = 2 + varint_bytes(delta) + varint_bytes(key_length) + r.key_bytes +
                             varint_bytes(value_length) + r.value_bytes + varint_bytes(header_count) +
                             headers_bytes(headers);
  to = put_varint(to, zigzag(length));
  *to++ = 0;  // attributes
  *to++ = 0;  // timestamp delta
  to = put_varint(to, delta);
  to = put_bytes(put_varint(to, key_length), r.key, r.key_bytes);
  to = put_bytes(put_varint(to, value_length), r.value, r.value_bytes);
  to = put_varint(to, header_count);
  for (const header& h : headers) to = put_text(put_text(to, h.name), h.value);
  return to;
}

std::size_t records_bytes_max(std::span<const record_range> ranges) noexcept {
  std::size_t bytes = 0;
  for (const record_range& of : ranges) {
    bytes += static_cast<std::size_t>(of.in->payload_bytes()) + of.count * record_frame_bytes_max;
    if (!of.in->has_headers()) continue;
    for (const record& r : of.records()) bytes += of.in->headers_of(r).size() * 2 * varint_bytes_max;
  }
  return bytes;
}

// Returns how many records that were.
std::size_t put_records(std::span<const record_range> ranges, buffer& to) {
  const std::size_t before = to.size();
  char* const begin = to.extend(records_bytes_max(ranges));
  char* at = begin;
  std::size_t count = 0;
  for (const record_range& of : ranges)
    for (const record& r : of.records()) at = put_record(at, *of.in, r, count++);
  to.shrink_to(before + static_cast<std::size_t>(at - begin));
  return count;
}

}  // namespace

void write_record_batch(std::span<const record_range> ranges, const batch_stamp& stamp, compression how,
                        compressor& with, buffer& scratch, buffer& to) {
  const std::size_t begin = to.size();
  to.extend(record_batch_head_bytes);
  std::size_t count = 0;
  codec used = codec::none;
  if (how.with == codec::none) {
    count = put_records(ranges, to);
  } else {
    scratch.clear();
    count = put_records(ranges, scratch);
    if (with.compress(how, scratch.view(), to))
      used = how.with;
    else
      to.append(scratch.view());
  }
  char* const head = to.data() + begin;
  const std::size_t bytes = to.size() - begin;
  store<std::int64_t>(head, 0);
  store(head + length_at, static_cast<std::int32_t>(bytes - leader_epoch_at));
  store<std::int32_t>(head + leader_epoch_at, -1);
  head[magic_at] = 2;
  store(head + attributes_at, static_cast<std::int16_t>(used));
  store(head + last_delta_at, static_cast<std::int32_t>(count - 1));
  store(head + base_timestamp_at, stamp.timestamp_ms);
  store(head + max_timestamp_at, stamp.timestamp_ms);
  store(head + producer_id_at, stamp.producer.id);
  store(head + producer_epoch_at, stamp.producer.epoch);
  store(head + base_sequence_at, stamp.base_sequence);
  store(head + count_at, static_cast<std::int32_t>(count));
  store(head + checksum_at, crc32c({head + attributes_at, bytes - attributes_at}));
}

}  // namespace batching::kafka::wire
