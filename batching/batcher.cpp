#include "batching/batcher.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace batching {
namespace {

// Far beyond linger: a batch is open for so long only where its lane stood still (a stopped process, a starved thread).
constexpr std::chrono::seconds stood_still{1};

}  // namespace

batcher::batcher(batch_home& home, publisher& to, batch_bounds bounds)
    : home_(&home), publisher_(&to), bounds_(bounds), arrivals_(bounds.linger) {
  spare_.reserve(spare_batches_max);
}

batcher::open_slot& batcher::slot_of(const topic& t, std::int32_t partition) {
  if (open_slots_.size() <= t.id()) open_slots_.resize(t.id() + 1);
  auto& of_topic = open_slots_[t.id()];
  const auto p = static_cast<std::size_t>(partition);
  if (of_topic.size() <= p) of_topic.resize(p + 1);
  if (!of_topic[p]) of_topic[p] = std::make_unique<open_slot>();
  return *of_topic[p];
}

batch& batcher::open(const std::shared_ptr<topic>& of, std::int32_t partition, clock::time_point now) {
  open_slot& s = slot_of(*of, partition);
  const bool is_first = note_arrival(s, now);
  if (s.open && (s.open->records().size() >= bounds_.records_max || s.open->payload_bytes() >= bounds_.bytes_max))
    seal(s, now);
  if (!s.open) {
    s.open = fresh(of, partition);
    s.open->opened_at = now;
    wave_began_ = std::min(wave_began_, now);
    if (!s.listed) open_.push_back(&s);
    s.listed = true;
    s.open->admit_at(now, wall_ms_);
  } else if (is_first) {
    s.open->admit_at(now, wall_ms_);
  }
  return *s.open;
}

std::int64_t batcher::held_bytes(const topic& of, std::int32_t partition) {
  const open_slot& s = slot_of(of, partition);
  return of.in_flight_bytes(partition) + (s.open ? s.open->cost_bytes() : 0);
}

clock::time_point batcher::flush(clock::time_point now) {
  if (open_.empty()) return clock::time_point::max();
  if (std::exchange(arrived_, false)) arrivals_.add_cycle();
  ++cycle_;
  arrivals_.roll(now);
  const auto wait = wave_wait();
  if (wait == clock::duration::zero()) return flush_idle(now);
  const auto due = std::min(wave_began_ + wait, last_arrival_ + arrivals_.silence());
  if (now < due) return due;
  flush_all(now);
  return clock::time_point::max();
}

// Once a partition and cycle, not once a record: `now` is the cycle's.
// True: the first of this partition in the cycle.
bool batcher::note_arrival(open_slot& s, clock::time_point now) noexcept {
  if (std::exchange(s.touched_in, cycle_) == cycle_) return false;
  arrivals_.add_batch_at_once();
  last_arrival_ = now;
  arrived_ = true;
  return true;
}

// How long the oldest open batch waits for company: as long as gather_target records a partition take to arrive.
clock::duration batcher::wave_wait() const noexcept {
  if (arrivals_.batches_at_once_per_second() < requests_at_once_max) return clock::duration::zero();
  const double part = std::min(1.0, gather_target / std::max(1.0, arrivals_.per_partition()));
  return clock::duration(static_cast<clock::rep>(part * static_cast<double>(clock::duration(bounds_.linger).count())));
}

clock::time_point batcher::flush_idle(clock::time_point now) {
  wave_began_ = clock::time_point::max();
  const auto kept = std::remove_if(open_.begin(), open_.end(), [&](open_slot* s) {
    const bool is_due = s->open && (s->sent.empty() || now - s->open->opened_at >= bounds_.linger);
    if (is_due) seal(*s, now);
    if (s->open) {
      wave_began_ = std::min(wave_began_, s->open->opened_at);
      return false;
    }
    s->listed = false;
    return true;
  });
  open_.erase(kept, open_.end());
  return open_.empty() ? clock::time_point::max() : wave_began_ + bounds_.linger;
}

// The slot stays listed: the next flush drops it, or finds what was opened meanwhile.
void batcher::hand_over(const topic& of, std::int32_t partition, clock::time_point now) {
  open_slot& s = slot_of(of, partition);
  if (s.open) seal(s, now);
}

void batcher::flush_all(clock::time_point now) {
  for (open_slot* s : open_) {
    if (s->open) seal(*s, now);
    s->listed = false;
  }
  open_.clear();
  wave_began_ = clock::time_point::max();
}

void batcher::seal(open_slot& s, clock::time_point now) {
  batch& b = *s.open;
  b.sealed_at = now;
  b.of().add_sealed(b.partition(), b.cost_bytes(), now);
  s.sent.push_back(b.opened_at);
  arrivals_.add(b.records().size(), s.counted);
  ++in_flight_;
  if (now - b.opened_at <= bounds_.linger + stood_still) return publisher_->publish(std::move(s.open));
  // Its clients may have gone elsewhere meanwhile: written now, it would stand behind what they sent there.
  b.settle({0, static_cast<std::uint32_t>(b.records().size()), outcome::not_persisted, reason::answer_timeout, -1});
  home_->take_back(std::move(s.open));
}

void batcher::on_settled(const batch& settled, clock::time_point now) noexcept {
  open_slot& s = *open_slots_[settled.of().id()][static_cast<std::size_t>(settled.partition())];
  const auto sent = std::find(s.sent.begin(), s.sent.end(), settled.opened_at);
  assert(sent != s.sent.end() && in_flight_ > 0);
  s.sent.erase(sent);
  --in_flight_;
  settled.of().remove_settled(settled.partition(), settled.cost_bytes(), now);
}

clock::time_point batcher::oldest_unsettled(std::uint32_t topic_id) const noexcept {
  auto oldest = clock::time_point::max();
  if (topic_id >= open_slots_.size()) return oldest;
  for (const auto& s : open_slots_[topic_id]) {
    if (!s) continue;
    if (!s->sent.empty())
      oldest = std::min(oldest, s->sent.front());
    else if (s->open)
      oldest = std::min(oldest, s->open->opened_at);
  }
  return oldest;
}

void batcher::recycle(std::unique_ptr<batch> settled) noexcept {
  const std::size_t bytes = settled->reserved_bytes();
  if (spare_.size() == spare_batches_max || bytes > spare_bytes_each_max || spare_bytes_ + bytes > spare_bytes_max)
    return;
  spare_bytes_ += bytes;
  spare_.push_back(std::move(settled));
}

std::unique_ptr<batch> batcher::fresh(const std::shared_ptr<topic>& of, std::int32_t partition) {
  if (spare_.empty()) return std::make_unique<batch>(*home_, of, partition);
  std::unique_ptr<batch> b = std::move(spare_.back());
  spare_.pop_back();
  spare_bytes_ -= b->reserved_bytes();
  b->reset(of, partition);
  return b;
}

}  // namespace batching
