#include "batching/batch.h"

#include <cassert>
#include <cstring>
#include <utility>

namespace batching {

batch::batch(batch_home& home, std::shared_ptr<topic> of, std::int32_t partition)
    : home_(&home), topic_(std::move(of)), partition_(partition) {}

void batch::append(std::string_view key, bool has_key, std::string_view value, std::span<const header> headers,
                   ack* answer_to, std::uint32_t index) {
  const std::string_view kept = bytes_.copy(key, value);
  record& r = records_.emplace_back();
  if (admissions_.empty()) admissions_.emplace_back();
  r.key = has_key ? kept.data() : nullptr;
  r.key_bytes = static_cast<std::uint32_t>(key.size());
  r.value = kept.data() + key.size();
  r.value_bytes = static_cast<std::uint32_t>(value.size());
  r.in = this;
  r.answer_to = answer_to;
  r.index = index;
  if (!headers.empty()) r.headers = keep_headers(headers);
  payload_bytes_ += static_cast<std::int64_t>(kept.size());
}

void batch::admit_at(clock::time_point at, std::int64_t wall_ms) {
  if (!admissions_.empty() && admissions_.back().at == at) return;
  admissions_.push_back({static_cast<std::uint32_t>(records_.size()), at, wall_ms});
}

admission_time batch::admission_of(std::uint32_t record) const noexcept {
  admission_time found;
  for (const admission_time& a : admissions_)
    if (a.first <= record) found = a;
  return found;
}

std::uint32_t batch::keep_headers(std::span<const header> headers) {
  const auto first = static_cast<std::uint32_t>(headers_.size());
  for (const header& h : headers) {
    const std::string_view terminated = bytes_.copy(h.name, std::string_view("\0", 1));
    headers_.push_back({terminated.substr(0, h.name.size()), bytes_.copy(h.value)});
    payload_bytes_ += static_cast<std::int64_t>(h.name.size() + h.value.size());
  }
  header_sets_.push_back({first, static_cast<std::uint32_t>(headers.size())});
  return static_cast<std::uint32_t>(header_sets_.size());
}

std::span<const header> batch::headers_of(const record& r) const noexcept {
  if (r.headers == 0) return {};
  const header_set& set = header_sets_[r.headers - 1];
  return {headers_.data() + set.first, set.count};
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
  payload_bytes_ = 0;
  records_.clear();
  ranges_.clear();
  headers_.clear();
  header_sets_.clear();
  admissions_.clear();
  kept_.clear();
  bytes_.clear();
  opened_at = sealed_at = {};
}

}  // namespace batching
