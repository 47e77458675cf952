#include "batching/kafka/wire/record_batch.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>

#include "batching/crc32c.h"
#include "batching/kafka/wire/big_endian.h"

namespace batching::kafka::wire {
namespace {

// The positions of the head's fields.
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
constexpr std::size_t varlong_bytes_max = 10;
constexpr std::size_t record_frame_bytes_max =
    1 + varlong_bytes_max + 5 * varint_bytes_max;  // all of a record but key, value, headers

// Zigzag of a number that is not negative: twice itself. The one negative number in a record is the length of what is
// null: a key, a value, a header's value.
constexpr std::uint32_t zigzag(std::size_t n) noexcept { return static_cast<std::uint32_t>(n) << 1; }
constexpr std::uint32_t zigzag_of_null = 1;  // -1

constexpr std::size_t varint_bytes(std::uint64_t v) noexcept {
  return (static_cast<std::size_t>(std::bit_width(v | 1U)) + 6) / 7;
}

template <typename Unsigned>
char* put_varint(char* to, Unsigned v) noexcept {
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

constexpr std::uint32_t value_length_of(const header& h) noexcept {
  return h.is_null ? zigzag_of_null : zigzag(h.value.size());
}

char* put_header(char* to, const header& h) noexcept {
  return put_bytes(put_varint(put_text(to, h.name), value_length_of(h)), h.value.data(), h.value.size());
}

std::size_t headers_bytes(std::span<const header> headers) noexcept {
  std::size_t bytes = 0;
  for (const header& h : headers)
    bytes += varint_bytes(zigzag(h.name.size())) + h.name.size() + varint_bytes(value_length_of(h)) + h.value.size();
  return bytes;
}

// Timestamps of an attempt: the earliest one in the head, and what each record has more.
struct time_range {
  std::int64_t first_ms = 0;
  std::int64_t last_ms = 0;

  [[nodiscard]] std::uint64_t delta(std::int64_t ms) const noexcept {
    return static_cast<std::uint64_t>(ms - first_ms) << 1;  // zigzag
  }
  void widen(std::int64_t ms) noexcept {
    first_ms = std::min(first_ms, ms);
    last_ms = std::max(last_ms, ms);
  }
};

// The admission of a range's first record: the last one that begins at it or before.
std::span<const admission_time>::iterator admission_of_first(const record_range& r) noexcept {
  const auto all = r.in->admissions();
  return std::prev(std::ranges::upper_bound(all, r.first, {}, &admission_time::first));
}

time_range times_of(std::span<const record_range> ranges) noexcept {
  time_range times{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  for (const record_range& r : ranges) {
    if (r.in->has_timestamps()) {
      for (const record& each : r.records()) times.widen(r.in->timestamp_ms_of(each));
      continue;
    }
    for (auto a = admission_of_first(r); a != r.in->admissions().end() && a->first < r.first + r.count; ++a)
      times.widen(a->wall_ms);
  }
  return times;
}

// Inlined: called from two places, GCC would call it, at 50 instructions a record.
[[gnu::always_inline]] inline char* put_record(char* to, const batch& in, const record& r, std::size_t offset_delta,
                                               std::uint64_t time_delta) noexcept {
  const auto headers = in.headers_of(r);
  const std::uint32_t delta = zigzag(offset_delta);
  const std::uint32_t key_length = r.key == nullptr ? zigzag_of_null : zigzag(r.key_bytes);
  const std::uint32_t value_length = r.value == nullptr ? zigzag_of_null : zigzag(r.value_bytes);
  const std::uint32_t header_count = zigzag(headers.size());
  const std::size_t length = 1 + varint_bytes(time_delta) + varint_bytes(delta) + varint_bytes(key_length) +
                             r.key_bytes + varint_bytes(value_length) + r.value_bytes + varint_bytes(header_count) +
                             headers_bytes(headers);
  to = put_varint(to, zigzag(length));
  *to++ = 0;  // attributes
  to = put_varint(to, time_delta);
  to = put_varint(to, delta);
  to = put_bytes(put_varint(to, key_length), r.key, r.key_bytes);
  to = put_bytes(put_varint(to, value_length), r.value, r.value_bytes);
  to = put_varint(to, header_count);
  for (const header& h : headers) to = put_header(to, h);
  return to;
}

std::size_t records_bytes_max(std::span<const record_range> ranges) noexcept {
  std::size_t bytes = 0;
  for (const record_range& of : ranges) {
    bytes += static_cast<std::size_t>(of.in->payload_bytes()) + of.count * record_frame_bytes_max;
    if (!of.in->has_extras()) continue;
    for (const record& r : of.records()) bytes += of.in->headers_of(r).size() * 2 * varint_bytes_max;
  }
  return bytes;
}

[[gnu::noinline]] char* put_timed_range(char* to, const record_range& of, const time_range& times,
                                        std::size_t& count) noexcept {
  for (const record& r : of.records()) to = put_record(to, *of.in, r, count++, times.delta(of.in->timestamp_ms_of(r)));
  return to;
}

// The records that were admitted together have one delta, where none has a timestamp of its own.
char* put_range(char* to, const record_range& of, const time_range& times, std::size_t& count) noexcept {
  if (of.in->has_timestamps()) return put_timed_range(to, of, times, count);
  const std::uint32_t end = of.first + of.count;
  const auto last = of.in->admissions().end();
  auto admitted = admission_of_first(of);
  for (std::uint32_t i = of.first; i < end; ++admitted) {
    const std::uint32_t until = std::next(admitted) == last ? end : std::min(end, std::next(admitted)->first);
    const std::uint64_t delta = times.delta(admitted->wall_ms);
    for (const record& r : of.in->records().subspan(i, until - i)) to = put_record(to, *of.in, r, count++, delta);
    i = until;
  }
  return to;
}

// Returns how many records that were.
std::size_t put_records(std::span<const record_range> ranges, const time_range& times, buffer& to) {
  const std::size_t before = to.size();
  char* const begin = to.extend(records_bytes_max(ranges));
  char* at = begin;
  std::size_t count = 0;
  for (const record_range& of : ranges) at = put_range(at, of, times, count);
  to.shrink_to(before + static_cast<std::size_t>(at - begin));
  return count;
}

}  // namespace

void write_record_batch(std::span<const record_range> ranges, const batch_stamp& stamp, compression how,
                        compressor& with, buffer& scratch, buffer& to) {
  const std::size_t begin = to.size();
  to.extend(record_batch_head_bytes);
  const time_range times = times_of(ranges);
  std::size_t count = 0;
  codec used = codec::none;
  if (how.with == codec::none) {
    count = put_records(ranges, times, to);
  } else {
    scratch.clear();
    count = put_records(ranges, times, scratch);
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
  store(head + base_timestamp_at, times.first_ms);
  store(head + max_timestamp_at, times.last_ms);
  store(head + producer_id_at, stamp.producer.id);
  store(head + producer_epoch_at, stamp.producer.epoch);
  store(head + base_sequence_at, stamp.base_sequence);
  store(head + count_at, static_cast<std::int32_t>(count));
  store(head + checksum_at, crc32c({head + attributes_at, bytes - attributes_at}));
}

}  // namespace batching::kafka::wire
