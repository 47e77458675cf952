#include "batching/kafka/producer/partition_queue.h"

#include <string_view>
#include <unordered_set>
#include <utility>

namespace batching::kafka::producer {
namespace {

constexpr std::uint32_t sequences_mask = 0x7fffffff;  // sequences wrap at 2^31 and are never negative

std::int64_t bytes_of(const batch& in, const record& r) noexcept {
  std::int64_t bytes = r.key_bytes + r.value_bytes;
  for (const header& h : in.headers_of(r)) bytes += static_cast<std::int64_t>(h.name.size() + h.value.size());
  return bytes;
}

std::int64_t bytes_of(const wire::record_range& r) noexcept {
  if (r.count == r.in->records().size()) return r.in->payload_bytes();
  std::int64_t bytes = 0;
  for (const record& each : r.records()) bytes += bytes_of(*r.in, each);
  return bytes;
}

void settle(const wire::record_range& r, outcome fate, reason why, std::int64_t offset = -1) {
  batch* const b = r.in;
  b->settle({r.first, r.count, fate, why, offset});
  if (b->is_settled()) b->home().take_back(std::unique_ptr<batch>(b));
}

}  // namespace

std::uint64_t partition_queue::records() const noexcept {
  std::uint64_t count = attempt_records_;
  for (const wire::record_range& r : waiting_.all()) count += r.count;
  return count;
}

void partition_queue::add(batch& sealed, std::int64_t bytes_max) {
  const auto count = static_cast<std::uint32_t>(sealed.records().size());
  if (sealed.payload_bytes() <= bytes_max && count <= attempt_records_max)
    return push_back({&sealed, 0, count}, sealed.payload_bytes());
  std::uint32_t first = 0;
  std::int64_t bytes = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int64_t more = bytes_of(sealed, sealed.records()[i]);
    if (i > first && (bytes + more > bytes_max || i - first == attempt_records_max)) {
      push_back({&sealed, first, i - first}, bytes);
      first = i;
      bytes = 0;
    }
    bytes += more;
  }
  push_back({&sealed, first, count - first}, bytes);
}

void partition_queue::form_attempt(std::int64_t bytes_max) {
  if (!attempt_.empty()) return;
  while (!waiting_.empty()) {
    const std::int64_t bytes = bytes_of(waiting_.front());
    const std::uint32_t records = attempt_records_ + waiting_.front().count;
    if (!attempt_.empty() && (attempt_bytes_ + bytes > bytes_max || records > attempt_records_max)) return;
    attempt_.push_back(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= bytes;
    attempt_bytes_ += bytes;
    attempt_records_ += attempt_.back().count;
    if (alone_ == 0) continue;
    --alone_;
    return;
  }
}

void partition_queue::settle_persisted(std::int64_t base_offset) {
  for (const wire::record_range& r : attempt_) {
    settle(r, outcome::persisted, reason::none, base_offset);
    base_offset += r.count;
  }
  note_progress();
  sequence = static_cast<std::int32_t>((static_cast<std::uint32_t>(sequence) + attempt_records_) & sequences_mask);
  end_attempt();
}

void partition_queue::settle_attempt(outcome fate, reason why) {
  for (const wire::record_range& r : attempt_) settle(r, fate, why);
  end_attempt();
}

void partition_queue::settle_rejected(reason why) {
  note_progress();
  settle_attempt(outcome::rejected, why);
}

// A search ends with each culprit that is found: the next one has all of its splits again. Damage counts anew once
// nothing is left to be sent alone.
void partition_queue::note_progress() noexcept {
  splits_ = 0;
  if (alone_ == 0) corruptions = 0;
}

void partition_queue::settle_unknown(reason why) {
  block_waiting(attempt_);
  settle_attempt(outcome::possibly_persisted, why);
}

bool partition_queue::split_attempt() {
  if (attempt_records_ == 1 || splits_ >= splits_max) return false;
  ++splits_;
  if (attempt_.size() == 1) {
    const wire::record_range whole = attempt_.front();
    const std::uint32_t half = whole.count / 2;
    attempt_ = {{whole.in, whole.first, half}, {whole.in, whole.first + half, whole.count - half}};
  }
  alone_ += attempt_.size();
  waiting_bytes_ += attempt_bytes_;
  waiting_.push_front(attempt_);
  end_attempt();
  return true;
}

void partition_queue::settle_waiting(outcome fate, reason why) {
  for (const wire::record_range& r : waiting_.take()) settle(r, fate, why);
  waiting_bytes_ = 0;
  alone_ = 0;
}

void partition_queue::begin_producer(const wire::producer_identity& by) noexcept {
  producer = by;
  sequence = 0;
}

void partition_queue::end_attempt() noexcept {
  attempt_.clear();
  attempt_bytes_ = 0;
  attempt_records_ = 0;
  may_be_written = false;
  refusals = 0;
}

void partition_queue::block_waiting(std::span<const wire::record_range> behind) {
  std::unordered_set<std::string_view> keys;
  for (const wire::record_range& r : behind)
    for (const record& each : r.records())
      if (each.key != nullptr) keys.insert(each.key_view());
  waiting_bytes_ = 0;
  for (const wire::record_range& r : waiting_.take()) {
    const std::uint32_t end = r.first + r.count;
    for (std::uint32_t i = r.first, j = i; i < end; i = j) {
      const auto is_blocked = [&](std::uint32_t at) {
        const record& each = r.in->records()[at];
        return each.key != nullptr && keys.contains(each.key_view());
      };
      const bool blocked = is_blocked(i);
      for (j = i + 1; j < end && is_blocked(j) == blocked;) ++j;
      if (!blocked)
        push_back({r.in, i, j - i}, bytes_of(wire::record_range{r.in, i, j - i}));
      else if (settle({r.in, i, j - i}, outcome::blocked, reason::earlier_record_unknown); j == end)
        break;  // the batch may be gone
    }
  }
}

}  // namespace batching::kafka::producer
