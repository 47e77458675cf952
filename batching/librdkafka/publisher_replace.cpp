// The producer's end, and the next one: fatal, renewed, or abandoned at the gateway's own end. Keeper thread, but for
// fail(), provoke_fatal_error() and abandon().
#include <algorithm>
#include <utility>

#include "batching/librdkafka/publisher.h"
#include "metrics/events.h"

namespace batching::librdkafka {

using metrics::happened;
using metrics::happening;
using namespace std::chrono_literals;

namespace {

// In-flight requests of a producer that is replaced are still answered, or time out (request.timeout.ms, 10 s); then
// they are purged.
constexpr auto in_flight_patience = 12s;
constexpr auto purge_patience = 5s;
constexpr auto renewal_patience = 1s;       // all partitions wait meanwhile
constexpr auto renewal_pause = 2s;          // between two attempts
constexpr auto rebuild_pause_first = 50ms;  // doubled up to rebuild_pause_longest while rebuilding fails
constexpr auto rebuild_pause_longest = 5s;

}  // namespace

publisher::new_generation publisher::make_generation() {
  auto g = std::make_unique<generation>();
  g->credentials = credentials_.look();  // before: what changes while they are read is seen later
  auto producer = make_producer(settings_, g->sent);
  if (!producer) return producer.error();
  g->producer = std::move(*producer);
  g->queue.reset(rd_kafka_queue_get_main(g->producer.get()));
  static constexpr std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(g->queue.get(), event_fd_, &one, sizeof one);
  return g;
}

// Called with mutex_ shared at most, so the state is changed by the keeper.
void publisher::fail() noexcept {
  if (is_fatal_.exchange(true)) return;
  happened(happening::producer_fatal, "the Kafka producer is lost and will be replaced");
  wake_keeper();
}

// 1 stop handing over   2 let the old producer say its last words   3 hand over again, in order, what it never had
void publisher::rebuild(const std::stop_token& stop) {
  if (!stop_handing_over()) return;
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
  ++rebuilds_;
  if (const auto old = take_over(std::move(fresh)))
    happened(happening::producer_rebuilt, "a new Kafka producer is at work");
}

// The same with a producer that is not fatal. The new one comes first: files that are half written, or that Kafka does
// not take, change nothing.
void publisher::renew_credentials(const std::stop_token& stop) {
  if (clock::now() < renewal_due_ || credentials_.look() == generation_->credentials) return;
  renewal_due_ = clock::now() + renewal_pause;
  // Tried first, since one with interceptors that cannot be made costs memory each time (make_producer).
  if (const auto tried = make_producer(settings_, nullptr); !tried)
    return happened(happening::credentials_unusable, tried.error());
  auto fresh = make_generation();
  if (!fresh) return happened(happening::credentials_unusable, fresh.error());
  if (!ask_metadata((*fresh)->producer.get(), topics_asked::known)) {
    if (reachable_.load())
      happened(happening::credentials_unusable, "Kafka answers a producer with the old ones, but none with the new");
    return;
  }
  if (!stop_handing_over()) return;
  // While Kafka answers the old one, nothing is made unknown for this: a slow partition means later.
  const bool is_drained = !reachable_.load() || drain(*generation_, renewal_patience, stop);
  if (is_fatal_.load()) return;  // rebuild() is next
  if (!is_drained) return go_on();
  generation_->is_retired = true;
  empty(*generation_, in_flight_patience, stop);
  if (const auto old = take_over(std::move(*fresh)))
    happened(happening::credentials_renewed, "a new Kafka producer is at work");
}

bool publisher::stop_handing_over() {
  const std::unique_lock lock(mutex_);
  if (state_ == state::closing) return false;
  state_ = state::rebuilding;
  return true;
}

void publisher::go_on() {
  const std::unique_lock lock(mutex_);
  if (state_ != state::closing) hand_over_again();
}

// The one before, whose end may take a while; nullptr: the publisher ends, and the old one with it.
std::unique_ptr<publisher::generation> publisher::take_over(std::unique_ptr<generation> fresh) {
  const std::unique_lock lock(mutex_);
  if (state_ == state::closing) return nullptr;
  auto old = std::exchange(generation_, std::move(fresh));
  is_fatal_.store(false);
  hand_over_again();
  return old;
}

// False: it still has something when patience is over, or the publisher is to end.
bool publisher::drain(generation& g, std::chrono::milliseconds patience, const std::stop_token& stop) {
  const auto give_up_at = clock::now() + patience;
  while (rd_kafka_outq_len(g.producer.get()) > 0) {
    if (clock::now() >= give_up_at || stop.stop_requested()) return false;
    const event_handle event(rd_kafka_queue_poll(g.queue.get(), 50));
    if (event) handle(g, event.get());
  }
  return true;
}

void publisher::empty(generation& g, std::chrono::milliseconds patience, const std::stop_token& stop) {
  settle_refused();
  if (!drain(g, patience, stop)) {
    rd_kafka_purge(g.producer.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    static_cast<void>(drain(g, purge_patience, {}));
  }
  settle_refused();
}

// With mutex_ held alone: what lanes publish meanwhile comes behind.
void publisher::hand_over_again() {
  state_ = state::running;
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
  wake_server();
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

void publisher::provoke_fatal_error() noexcept {
  const std::shared_lock lock(mutex_);
  rd_kafka_test_fatal_error(generation_->producer.get(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "provoked");
}

}  // namespace batching::librdkafka
