#include "gateway/runtime/lane.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "metrics/events.h"

namespace gateway::runtime {
namespace asio = boost::asio;
using batching::clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;

namespace {

std::uint64_t us(clock::duration d) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration_cast<microseconds>(d).count()));
}

}  // namespace

lane::lane(std::uint32_t number, std::shared_ptr<const config::settings> settings, world& outside,
           batching::publisher& publisher, batching::in_flight& budget)
    : number_(number),
      publisher_(&publisher),
      settings_(std::move(settings)),
      outside_(&outside),
      budget_(&budget),
      work_(asio::make_work_guard(io_)),
      ticker_(io_),
      linger_(io_),
      topics_(std::make_shared<const batching::topic_table>()),
      acks_(&budget),
      batcher_(*this, publisher, settings_->batch),
      intake_(batcher_, budget),
      scratch_(std::make_unique<char[]>(scratch_bytes + scratch_padding)) {
  keep_ticking();
}

lane::~lane() = default;

// Handlers do not throw; one that does all the same leaves its session in a state nobody knows, so the process ends
// loudly.
void lane::run() {
  thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  try {
    io_.run();
  } catch (const std::exception& e) {
    metrics::happened(metrics::happening::internal_error, e.what(), {{"lane", number_}});
    throw;
  }
}

void lane::stop() {
  asio::post(io_, [this] {
    work_.reset();
    io_.stop();
  });
}

// The cycle: every handler that is ready now runs before the one posted here, so what they do together (batches, clock
// readings) is finished once.
void lane::end_cycle_soon() {
  if (now_is_fresh_) return;
  now_ = clock::now();
  wall_ms_ = duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  batcher_.set_wall_time(wall_ms_);
  now_is_fresh_ = true;
  asio::post(io_, [this] { end_cycle(); });
}

clock::time_point lane::now() {
  end_cycle_soon();
  return now_;
}

void lane::end_cycle() {
  now_is_fresh_ = false;
  if (batcher_.open_batches() > 0) flush(clock::now());  // not the cycle's: the lane may have stood still in it
}

void lane::flush(clock::time_point now) {
  if (draining_) {
    batcher_.flush_all(now);
    return;
  }
  flush_again_at(batcher_.flush(now));
}

void lane::flush_again_at(clock::time_point due) {
  if (due >= linger_due_) return;
  linger_due_ = due;
  linger_.expires_at(due);
  linger_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    linger_due_ = clock::time_point::max();
    if (batcher_.open_batches() > 0) flush(clock::now());
  });
}

batching::admission lane::submit(const batching::topic_entry& to, const batching::intake_policy& policy,
                                 batching::events& list, batching::ack& answer, batching::ack_level level,
                                 metrics::listener from, std::uint16_t destination) {
  const std::uint64_t admitted_before = intake_.records_admitted();
  const auto result = intake_.submit(to, policy, list, answer, level, now(), destination);
  if (result == batching::admission::full) {
    recorder_.refused_full.add();
    return result;
  }
  metrics::topic_counts& counts = recorder_.of_topic(to.shared->id());
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  for (const batching::event& e : list) {
    if (e.destination != destination) continue;
    bytes += e.value.size();
    ++events;
  }
  recorder_.records_admitted.add(intake_.records_admitted() - admitted_before);
  for (const batching::failure& f : answer.failures()) {
    if (list[f.index].destination != destination) continue;
    const bool full = f.why == batching::reason::partition_full;
    if (full && from == metrics::listener::lines) {  // kept and handed over again: counted then
      bytes -= list[f.index].value.size();
      --events;
      continue;
    }
    counts.outcomes[static_cast<std::size_t>(f.fate)].add();
    recorder_.refused_events[static_cast<std::size_t>(f.why)].add();
    if (full)
      metrics::happened(metrics::happening::partition_full,
                        "a partition holds its share of the budget; its events are refused",
                        {{"topic", to.shared->name()}});
  }
  const auto at = static_cast<std::size_t>(from);
  counts.events_in[at].add(events);
  counts.bytes_in[at].add(bytes);
  return result;
}

void lane::take_back(std::unique_ptr<batching::batch> settled) noexcept {
  if (std::this_thread::get_id() == thread_.load(std::memory_order_relaxed)) {
    if (own_.empty()) asio::post(io_, [this] { collect_own(); });
    own_.push_back(std::move(settled));
    return;
  }
  bool was_empty = false;
  {
    const std::lock_guard lock(inbox_mutex_);
    was_empty = inbox_.empty();
    inbox_.push_back(std::move(settled));
  }
  if (was_empty) asio::post(io_, [this] { collect(); });
}

void lane::collect() {
  {
    const std::lock_guard lock(inbox_mutex_);
    collected_.swap(inbox_);
  }
  settle_all(collected_);
}

void lane::collect_own() {
  own_collected_.swap(own_);
  settle_all(own_collected_);
}

void lane::settle_all(std::vector<std::unique_ptr<batching::batch>>& settled) {
  end_cycle_soon();
  for (auto& b : settled) {
    settle(*b);
    b->let_go();
    batcher_.recycle(std::move(b));
  }
  settled.clear();
  call_waiting();
}

void lane::hand_over(std::shared_ptr<batching::topic> of, std::int32_t partition, std::function<void()> done) {
  asio::post(io_, [this, of = std::move(of), partition, done = std::move(done)] {
    batcher_.hand_over(*of, partition, clock::now());
    done();
  });
}

void lane::withdraw(const batching::ack& late) {
  if (late_.empty()) asio::post(io_, [this] { send_withdrawals(); });
  late_.push_back(&late);
}

// The open batches go first: what was never sent is then all in one place.
void lane::send_withdrawals() {
  batcher_.flush_all(clock::now());
  publisher_->withdraw(*this, std::exchange(late_, {}));
}

void lane::answer(std::vector<batching::taken_back> list, std::shared_ptr<void> keep) {
  asio::post(io_, [this, list = std::move(list), keep = std::move(keep)] {
    end_cycle_soon();
    for (const batching::taken_back& t : list) t.answer_to->settle_failed(t.index, t.fate, t.why);
  });
}

void lane::call_when_settled(timed& t) {
  if (std::exchange(t.is_waiting_, true)) return;
  waiting_.push_back(&t);
}

// A session that still finds no room goes to the end of the queue.
void lane::call_waiting() {
  for (std::size_t left = std::min(waiting_.size(), calls_per_cycle_max); left > 0 && !waiting_.empty(); --left) {
    timed& t = *waiting_.front();
    waiting_.pop_front();
    t.is_waiting_ = false;
    t.on_settled();
  }
}

void lane::settle(batching::batch& settled) {
  count_settled(settled);
  batcher_.on_settled(settled, now());
  settled.of().release(settled.cost_bytes());
  budget_->release(settled.cost_bytes());
  for (const batching::settled_range& range : settled.ranges()) {
    const auto records = settled.records().subspan(range.first, range.count);
    std::int64_t offset = range.offset;
    for (const batching::record& r : records) {
      if (r.answer_to != nullptr) {
        if (range.fate == batching::outcome::persisted)
          r.answer_to->settle_persisted(r.index, settled.partition(), offset, &settled.of());
        else
          r.answer_to->settle_failed(r.index, range.fate, range.why);
      }
      if (offset >= 0) ++offset;
    }
  }
}

void lane::count_settled(const batching::batch& settled) {
  metrics::topic_counts& counts = recorder_.of_topic(settled.of().id());
  for (const batching::settled_range& range : settled.ranges()) {
    counts.outcomes[static_cast<std::size_t>(range.fate)].add(range.count);
    if (range.fate != batching::outcome::persisted)
      recorder_.refused_events[static_cast<std::size_t>(range.why)].add(range.count);
  }
  const auto records = static_cast<std::uint64_t>(settled.records().size());
  const auto bytes = static_cast<std::uint64_t>(settled.payload_bytes());
  counts.batches.add();
  counts.batch_records.add(records);
  counts.batch_bytes.add(bytes);
  recorder_.records_settled.add(records);
  recorder_.batch_records.observe(records);
  recorder_.batch_bytes.observe(bytes);
  recorder_.linger_us.observe(us(settled.sealed_at - settled.opened_at));
  recorder_.delivery_us.observe(us(now() - settled.sealed_at));
}

void lane::watch(timed& t) noexcept {
  t.previous_ = nullptr;
  t.next_ = watched_;
  if (watched_ != nullptr) watched_->previous_ = &t;
  watched_ = &t;
}

void lane::unwatch(timed& t) noexcept {
  if (next_to_tick_ == &t) next_to_tick_ = t.next_;
  if (t.previous_ != nullptr)
    t.previous_->next_ = t.next_;
  else if (watched_ == &t)
    watched_ = t.next_;
  if (t.next_ != nullptr) t.next_->previous_ = t.previous_;
  t.next_ = t.previous_ = nullptr;
  if (std::exchange(t.is_waiting_, false)) std::erase(waiting_, &t);
}

void lane::keep_ticking() {
  ticker_.expires_after(tick);
  ticker_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    tick_all();
    keep_ticking();
  });
}

void lane::tick_all() {
  const auto at = now();
  for (timed* t = watched_; t != nullptr; t = next_to_tick_) {
    next_to_tick_ = t->next_;
    t->on_tick(at);
  }
  next_to_tick_ = nullptr;
  note_oldest();
}

void lane::note_oldest() {
  for (std::uint32_t id = 0; id < batcher_.topics_seen(); ++id) {
    const auto oldest = batcher_.oldest_unsettled(id);
    const auto age = oldest == clock::time_point::max() ? 0 : duration_cast<microseconds>(now_ - oldest).count();
    recorder_.of_topic(id).oldest_unsettled_us.store(age, std::memory_order_relaxed);
  }
}

void lane::set_topics(std::shared_ptr<const batching::topic_table> topics) {
  asio::post(io_, [this, topics = std::move(topics)]() mutable { topics_ = std::move(topics); });
}

void lane::set_settings(std::shared_ptr<const config::settings> settings) {
  asio::post(io_, [this, settings = std::move(settings)]() mutable {
    settings_ = std::move(settings);
    ++settings_version_;
  });
}

void lane::start_drain() {
  asio::post(io_, [this] {
    draining_ = true;
    flush(now());
    tick_all();
  });
}

}  // namespace gateway::runtime
