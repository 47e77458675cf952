#include "batching/batch.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "batching/event.h"

namespace batching {
namespace {

std::int64_t header_bytes(const event& e) noexcept {
  std::size_t bytes = 0;
  e.for_each_header([&bytes](const header& h) { bytes += h.name.size() + h.value.size(); });
  return static_cast<std::int64_t>(bytes);
}

std::int64_t overhead_of_extras(const event& e) noexcept {
  return batch::extras_overhead_bytes + static_cast<std::int64_t>(e.header_count()) * batch::header_overhead_bytes;
}

}  // namespace

batch::batch(batch_home& home, std::shared_ptr<topic> of, std::int32_t partition)
    : home_(&home), topic_(std::move(of)), partition_(partition) {}

std::int64_t batch::cost_of(const event& e) noexcept {
  const std::int64_t bytes = static_cast<std::int64_t>(e.key.size() + e.value.size()) + record_overhead_bytes;
  return e.is_plain() ? bytes : bytes + header_bytes(e) + overhead_of_extras(e);
}

void batch::append(std::string_view key, bool has_key, std::string_view value, std::span<const header> headers,
                   ack* answer_to, std::uint32_t index) {
  event e;
  e.key = key;
  e.has_key = has_key;
  e.value = value;
  e.headers = headers;
  append(e, answer_to, index);
}

void batch::append(const event& e, ack* answer_to, std::uint32_t index) {
  const std::string_view kept = bytes_.copy(e.key, e.value);
  record& r = records_.emplace_back();
  if (admissions_.empty()) admissions_.emplace_back();
  r.key = e.has_key ? kept.data() : nullptr;
  r.key_bytes = static_cast<std::uint32_t>(e.key.size());
  r.value = kept.data() + e.key.size();
  r.value_bytes = static_cast<std::uint32_t>(e.value.size());
  r.in = this;
  r.answer_to = answer_to;
  r.index = index;
  payload_bytes_ += static_cast<std::int64_t>(kept.size());
  if (!e.is_plain()) [[unlikely]]
    keep_extras(e, r);
}

void batch::admit_at(clock::time_point at, std::int64_t wall_ms) {
  if (!admissions_.empty() && admissions_.back().at == at) return;
  admissions_.push_back({static_cast<std::uint32_t>(records_.size()), at, wall_ms});
}

admission_time batch::admission_of(std::uint32_t record) const noexcept {
  const auto after = std::ranges::upper_bound(admissions_, record, {}, &admission_time::first);
  return after == admissions_.begin() ? admission_time{} : *std::prev(after);
}

void batch::keep_extras(const event& e, record& of) {
  if (e.is_tombstone) of.value = nullptr;
  extras_.push_back(
      {static_cast<std::uint32_t>(headers_.size()), static_cast<std::uint32_t>(e.header_count()), e.timestamp_ms});
  of.extras = static_cast<std::uint32_t>(extras_.size());
  has_timestamps_ |= e.timestamp_ms != no_timestamp;
  e.for_each_header([this](const header& h) {
    const std::string_view terminated = bytes_.copy(h.name, std::string_view("\0", 1));
    headers_.push_back({terminated.substr(0, h.name.size()), bytes_.copy(h.value), h.is_null});
  });
  payload_bytes_ += header_bytes(e);
  extras_cost_bytes_ += overhead_of_extras(e);
}

std::span<const header> batch::headers_of(const record& r) const noexcept {
  if (r.extras == 0) return {};
  const record_extras& own = extras_[r.extras - 1];
  return {headers_.data() + own.first_header, own.headers};
}

std::int64_t batch::timestamp_ms_of(const record& r) const noexcept {
  const std::int64_t own = r.extras == 0 ? no_timestamp : extras_[r.extras - 1].timestamp_ms;
  return own != no_timestamp ? own : admission_of(index_of(r)).wall_ms;
}

void batch::settle(settled_range range) {
  assert(range.count > 0 && settled_records_ + range.count <= records_.size());
  settled_records_ += range.count;
  if (!ranges_.empty()) {
    settled_range& last = ranges_.back();
    const std::int64_t next_offset = last.offset < 0 ? last.offset : last.offset + last.count;
    const bool continues = last.first + last.count == range.first && last.fate == range.fate && last.why == range.why &&
                           (range.fate != outcome::persisted || next_offset == range.offset);
    if (continues) {
      last.count += range.count;
      return;
    }
  }
  ranges_.push_back(range);
}

void batch::reset(std::shared_ptr<topic> of, std::int32_t partition) {
  topic_ = std::move(of);
  partition_ = partition;
  settled_records_ = 0;
  payload_bytes_ = extras_cost_bytes_ = 0;
  has_timestamps_ = false;
  records_.clear();
  ranges_.clear();
  headers_.clear();
  extras_.clear();
  admissions_.clear();
  kept_.clear();
  bytes_.clear();
  opened_at = sealed_at = {};
}

}  // namespace batching
