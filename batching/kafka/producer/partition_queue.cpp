#include "batching/kafka/producer/partition_queue.h"

#include <algorithm>
#include <string_view>
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

// Neighbours that share a decision: each(range, decision). Decides once a record, in order. After its last record was
// settled a batch may be gone.
template <typename Decide, typename Each>
void for_each_run(const wire::record_range& r, Decide decide, Each each) {
  const std::uint32_t end = r.first + r.count;
  auto next = decide(r.first);
  for (std::uint32_t i = r.first; i < end;) {
    const auto shared = next;
    std::uint32_t j = i + 1;
    while (j < end && (next = decide(j)) == shared) ++j;
    each(wire::record_range{r.in, i, j - i}, shared);
    i = j;
  }
}

}  // namespace

std::uint64_t partition_queue::records() const noexcept {
  std::uint64_t count = attempt_records_;
  for (const wire::record_range& r : waiting_.all()) count += r.count;
  return count;
}

void partition_queue::add(batch& sealed, std::int64_t bytes_max) {
  const wire::record_range all{&sealed, 0, static_cast<std::uint32_t>(sealed.records().size())};
  if (fences_.empty()) return enqueue(all, bytes_max);
  for_each_run(
      all, [&](std::uint32_t i) { return fence_against(sealed, i); },
      [&](const wire::record_range& r, const order_fence* fence) {
        if (fence == nullptr)
          enqueue(r, bytes_max);
        else
          settle(r, outcome::blocked, fence->why());
      });
}

void partition_queue::enqueue(const wire::record_range& r, std::int64_t bytes_max) {
  const std::int64_t whole = bytes_of(r);
  if (whole <= bytes_max && r.count <= attempt_records_max) return push_back(r, whole);
  const std::uint32_t end = r.first + r.count;
  std::uint32_t first = r.first;
  std::int64_t bytes = 0;
  for (std::uint32_t i = first; i < end; ++i) {
    const std::int64_t more = bytes_of(*r.in, r.in->records()[i]);
    if (i > first && (bytes + more > bytes_max || i - first == attempt_records_max)) {
      push_back({r.in, first, i - first}, bytes);
      first = i;
      bytes = 0;
    }
    bytes += more;
  }
  push_back({r.in, first, end - first}, bytes);
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

void partition_queue::fail(const wire::record_range& r, const failing& how, order_fence& fence) {
  r.in->keep(how.until_answered);
  const bool is_unknown = how.fate == outcome::possibly_persisted;
  for_each_run(
      r,
      [&](std::uint32_t i) {
        const record& each = r.in->records()[i];
        return each.key != nullptr && !fence.stop(each.key_view()) && !is_unknown;
      },
      [&](const wire::record_range& run, bool is_behind) {
        settle(run, is_behind ? outcome::blocked : how.fate, is_behind ? fence.why() : how.why);
      });
}

void partition_queue::fail_attempt(const failing& how) {
  const bool is_unknown = how.fate == outcome::possibly_persisted;
  order_fence fence(how.fence, is_unknown ? reason::earlier_record_unknown : reason::earlier_record_failed);
  for (const wire::record_range& r : attempt_) fail(r, how, fence);
  end_attempt();
  put_up(std::move(fence));
  block_waiting();
}

void partition_queue::fail_all(const failing& how) {
  fail_attempt(how);
  const failing denied{outcome::not_persisted, how.why, how.fence, how.until_answered};
  order_fence fence(how.fence, reason::earlier_record_failed);
  for (const wire::record_range& r : waiting_.take()) fail(r, denied, fence);
  waiting_bytes_ = 0;
  alone_ = 0;
  put_up(std::move(fence));
}

void partition_queue::end_all(outcome of_attempt, reason why) {
  settle_attempt(of_attempt, why);
  for (const wire::record_range& r : waiting_.take()) settle(r, outcome::not_persisted, why);
  waiting_bytes_ = 0;
  alone_ = 0;
}

// One number may have two fences. Beyond fences_max the oldest one lasts as long as the newest.
void partition_queue::put_up(order_fence&& fence) {
  if (fence.empty()) return;
  if (fences_.size() == fences_max) {
    fence.absorb(fences_.front());
    fences_.erase(fences_.begin());
  }
  fences_.push_back(std::move(fence));
}

bool partition_queue::is_fenced(std::uint64_t number) const noexcept {
  return std::ranges::find(fences_, number, &order_fence::number) != fences_.end();
}

void partition_queue::answered(std::uint64_t number, clock::time_point at) noexcept {
  for (order_fence& f : fences_)
    if (f.number() == number) f.answered(at);
}

void partition_queue::lift(std::uint64_t number) noexcept {
  std::erase_if(fences_, [number](const order_fence& f) { return f.number() == number; });
}

const order_fence* partition_queue::fence_against(const batch& in, std::uint32_t record) const {
  const auto admitted_at = in.admission_of(record).at;
  for (const order_fence& f : fences_)
    if (f.stops(in.records()[record], admitted_at)) return &f;
  return nullptr;
}

// An attempt that was not written ends: its sequence is free, and its records may be parted.
void partition_queue::unform_attempt() {
  waiting_bytes_ += attempt_bytes_;
  waiting_.push_front(attempt_);
  const std::uint32_t refusals_before = refusals;
  end_attempt();
  refusals = refusals_before;
}

void partition_queue::withdraw(const withdrawal& from, const failing& how, answers_by_home& answers) {
  if (now != phase::sent && !may_be_written) unform_attempt();
  order_fence fence(how.fence, reason::earlier_record_failed);
  enum class is : std::uint8_t { kept, taken, behind };
  waiting_bytes_ = 0;
  for (const wire::record_range& r : waiting_.take()) {
    batch& in = *r.in;
    for_each_run(
        r,
        [&](std::uint32_t i) {
          const record& each = in.records()[i];
          if (fence.stops(each, in.admission_of(i).at)) return is::behind;
          if (&in.home() != from.home || !from.late.contains(each.answer_to)) return is::kept;
          if (each.key != nullptr) fence.stop(each.key_view());
          return is::taken;
        },
        [&](const wire::record_range& run, is what) {
          if (what == is::kept) return push_back(run, bytes_of(run));
          const outcome fate = what == is::taken ? how.fate : outcome::blocked;
          const reason why = what == is::taken ? how.why : fence.why();
          for (std::uint32_t i = run.first; i < run.first + run.count; ++i) {
            record& each = in.record_at(i);
            if (each.answer_to == nullptr) continue;
            answers[&in.home()].push_back({each.answer_to, each.index, fate, why});
            each.answer_to = nullptr;
          }
          settle(run, fate, why);
        });
  }
  put_up(std::move(fence));
}

// The record that Kafka has named stands alone, and what is before and behind it in its range.
void partition_queue::cut_out(std::uint32_t culprit) {
  for (auto at = attempt_.begin(); at != attempt_.end(); culprit -= at->count, ++at) {
    if (culprit >= at->count) continue;
    const wire::record_range whole = *at;
    std::vector<wire::record_range> pieces;
    if (culprit > 0) pieces.push_back({whole.in, whole.first, culprit});
    pieces.push_back({whole.in, whole.first + culprit, 1});
    if (culprit + 1 < whole.count) pieces.push_back({whole.in, whole.first + culprit + 1, whole.count - culprit - 1});
    attempt_.insert(attempt_.erase(at), pieces.begin(), pieces.end());
    return;
  }
}

bool partition_queue::split_attempt(std::optional<std::uint32_t> culprit) {
  if (attempt_records_ == 1 || splits_ >= splits_max) return false;
  ++splits_;
  if (culprit && *culprit < attempt_records_) {
    cut_out(*culprit);
  } else if (attempt_.size() == 1) {
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

void partition_queue::begin_producer(const wire::producer_identity& by) noexcept {
  producer = by;
  sequence = 0;
}

bool partition_queue::raise_epoch() noexcept {
  sequence = 0;
  if (producer.epoch == epoch_last) {
    producer = {};
    return false;
  }
  ++producer.epoch;
  return true;
}

void partition_queue::end_attempt() noexcept {
  attempt_.clear();
  attempt_bytes_ = 0;
  attempt_records_ = 0;
  may_be_written = false;
  refusals = 0;
}

void partition_queue::block_waiting() {
  if (fences_.empty()) return;
  waiting_bytes_ = 0;
  for (const wire::record_range& r : waiting_.take())
    for_each_run(
        r, [&](std::uint32_t i) { return fence_against(*r.in, i); },
        [&](const wire::record_range& run, const order_fence* fence) {
          if (fence == nullptr)
            push_back(run, bytes_of(run));
          else
            settle(run, outcome::blocked, fence->why());
        });
}

}  // namespace batching::kafka::producer
