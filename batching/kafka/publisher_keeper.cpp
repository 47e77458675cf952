// The keeper's half of the publisher: watching Kafka's metadata, replacing a fatal producer, and the end.
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "batching/kafka/publisher.h"
#include "metrics/events.h"

namespace batching::kafka {

using metrics::happened;
using metrics::happening;
using namespace std::chrono_literals;

namespace {

// One frozen broker keeps the question that went to it, while others confirm records: that is not Kafka being away.
constexpr auto silence_tolerated = 8s;
constexpr auto question_pause = 100ms;  // unknown topics in requests cannot ask more often than this
constexpr auto metadata_patience = 2s;  // one question; Kafka that takes longer counts as away
// In-flight requests of a fatal producer are still answered, or time out (request.timeout.ms, 10 s); then they are
// purged.
constexpr auto in_flight_patience = 12s;
constexpr auto purge_patience = 5s;
constexpr auto rebuild_pause_first = 50ms;  // doubled up to rebuild_pause_longest while rebuilding fails
constexpr auto rebuild_pause_longest = 5s;

std::vector<topic_seen> topics_in(const rd_kafka_metadata_t& answer) {
  std::vector<topic_seen> seen;
  for (int i = 0; i < answer.topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& t = answer.topics[i];
    if (t.err == RD_KAFKA_RESP_ERR_NO_ERROR || t.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
      seen.push_back({t.topic, t.partition_cnt});
  }
  return seen;
}

}  // namespace

publisher::new_generation publisher::make_generation() {
  auto producer = make_producer(settings_);
  if (!producer) return producer.error();
  auto g = std::make_unique<generation>();
  g->producer = std::move(*producer);
  g->queue.reset(rd_kafka_queue_get_main(g->producer.get()));
  static constexpr std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(g->queue.get(), event_fd_, &one, sizeof one);
  return g;
}

void publisher::keep(const std::stop_token& stop) {
  auto next_question = clock::now();
  while (!stop.stop_requested()) {
    if (is_fatal_.load()) rebuild(stop);
    std::vector<std::function<void()>> asked;
    {
      std::unique_lock lock(keeper_mutex_);
      keeper_wakes_.wait_until(lock, stop, next_question,
                               [this] { return is_fatal_.load() || !refresh_done_.empty(); });
      asked.swap(refresh_done_);
    }
    if (stop.stop_requested()) return;
    if (asked.empty() && clock::now() < next_question) continue;
    ask_for_topics();
    next_question = clock::now() + (reachable_.load() ? directory_.refresh() : std::min(directory_.refresh(), 500ms));
    for (auto& done : asked) done();
    std::unique_lock lock(keeper_mutex_);
    keeper_wakes_.wait_for(lock, stop, question_pause, [] { return false; });
  }
}

void publisher::ask_for_topics() {
  const rd_kafka_metadata_t* answer = nullptr;
  const int patience = static_cast<int>(std::chrono::milliseconds(metadata_patience).count());
  const rd_kafka_resp_err_t error = rd_kafka_metadata(generation_->producer.get(), 1, nullptr, &answer, patience);
  const bool is_silence = error != RD_KAFKA_RESP_ERR_NO_ERROR && reachable_.load() && silence() < silence_tolerated;
  if (!is_silence) contact(error == RD_KAFKA_RESP_ERR_NO_ERROR);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const auto seen = topics_in(*answer);
  rd_kafka_metadata_destroy(answer);
  if (auto table = directory_.update(seen); table && calls_.on_topics) calls_.on_topics(std::move(table));
}

clock::duration publisher::silence() const noexcept {
  return clock::now() - clock::time_point(clock::duration(last_contact_ns_.load()));
}

void publisher::contact(bool answered) noexcept {
  if (answered) last_contact_ns_.store(clock::now().time_since_epoch().count());
  const bool was = reachable_.exchange(answered);
  const bool is_first = !std::exchange(asked_before_, true);
  if (!answered && (was || is_first))
    happened(happening::kafka_unreachable, "Kafka does not answer; records wait and are not given up",
             {{"bootstrap", settings_.bootstrap}});
  if (!was && answered) happened(happening::kafka_back, "Kafka answers", {{"bootstrap", settings_.bootstrap}});
}

void publisher::refresh_topics(std::function<void()> done) {
  {
    const std::lock_guard lock(keeper_mutex_);
    refresh_done_.push_back(std::move(done));
  }
  keeper_wakes_.notify_all();
}

// Called with mutex_ shared at most, so the state is changed by the keeper.
void publisher::fail() noexcept {
  if (is_fatal_.exchange(true)) return;
  happened(happening::producer_fatal, "the Kafka producer is lost and will be replaced");
  wake_keeper();
}

// 1 stop handing over   2 let the old producer say its last words   3 hand over again, in order, what it never had
void publisher::rebuild(const std::stop_token& stop) {
  {
    const std::unique_lock lock(mutex_);
    if (state_ == state::closing) return;
    state_ = state::rebuilding;
  }
  empty(*generation_, in_flight_patience, stop);
  std::unique_ptr<generation> fresh;
  for (auto pause = std::chrono::milliseconds(rebuild_pause_first); !fresh && !stop.stop_requested();
       pause = std::min<std::chrono::milliseconds>(pause * 2, rebuild_pause_longest)) {
    if (auto made = make_generation())
      fresh = std::move(*made);
    else
      std::this_thread::sleep_for(pause);
  }
  if (!fresh) return;
  std::unique_ptr<generation> old;
  {
    const std::unique_lock lock(mutex_);
    if (state_ == state::closing) return;
    old = std::exchange(generation_, std::move(fresh));
    is_fatal_.store(false);
    state_ = state::running;
    send_again();
    ++rebuilds_;
  }
  happened(happening::producer_rebuilt, "a new Kafka producer is at work");
  wake_server();
}

void publisher::empty(generation& g, std::chrono::milliseconds patience, const std::stop_token& stop) {
  const auto purge_at = clock::now() + patience;
  const auto give_up_at = purge_at + purge_patience;
  bool purged = false;
  settle_refused();
  while (rd_kafka_outq_len(g.producer.get()) > 0 && clock::now() < give_up_at) {
    if (!purged && (clock::now() >= purge_at || stop.stop_requested())) {
      rd_kafka_purge(g.producer.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      purged = true;
    }
    const event_handle event(rd_kafka_queue_poll(g.queue.get(), 50));
    if (event) handle(g, event.get());
  }
  settle_refused();
}

// With mutex_ held alone: what lanes publish meanwhile comes behind.
void publisher::send_again() {
  const waiting_room::contents waiting = waiting_.take();
  for (const waiting_range& w : waiting.ranges) {
    batch& b = *w.of;
    const std::uint32_t end = w.first + w.count;
    for (std::uint32_t i = w.first; i < end;) {
      const bool is_behind = waiting.is_behind_unknown(b, b.record_at(i));
      std::uint32_t j = i + 1;
      while (j < end && waiting.is_behind_unknown(b, b.record_at(j)) == is_behind) ++j;
      const bool is_last = j == end;
      if (is_behind)
        settle(b, {i, j - i, outcome::blocked, reason::earlier_record_unknown, -1});
      else
        produce(*generation_, b, i, j);
      if (is_last) break;  // the batch may be gone
      i = j;
    }
  }
}

std::uint64_t publisher::abandon(std::chrono::milliseconds patience) {
  {
    const std::unique_lock lock(mutex_);
    state_ = state::closing;
  }
  keeper_.request_stop();
  wake_keeper();
  if (keeper_.joinable()) keeper_.join();
  const std::uint64_t before = records_in_.load() - records_out_.load();
  for (const waiting_range& w : waiting_.take().ranges)
    settle(*w.of, {w.first, w.count, outcome::not_persisted, reason::shutting_down, -1});
  rd_kafka_purge(generation_->producer.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  empty(*generation_, patience, {});
  return before;
}

producer_health publisher::health() const {
  producer_health h;
  h.reachable = reachable_.load();
  if (!h.reachable) h.away = std::chrono::duration_cast<std::chrono::milliseconds>(silence());
  h.rebuilding = is_fatal_.load();
  h.rebuilds = rebuilds_.load();
  h.records_in_flight = records_in_.load() - records_out_.load();
  return h;
}

void publisher::provoke_fatal_error() noexcept {
  const std::shared_lock lock(mutex_);
  rd_kafka_test_fatal_error(generation_->producer.get(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "provoked");
}

void publisher::wake_keeper() noexcept {
  { const std::lock_guard lock(keeper_mutex_); }
  keeper_wakes_.notify_all();
}

void publisher::wake_server() noexcept { eventfd_write(event_fd_, 1); }

}  // namespace batching::kafka
