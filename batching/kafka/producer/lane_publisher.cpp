#include "batching/kafka/producer/lane_publisher.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <future>
#include <utility>

namespace batching::kafka::producer {
namespace asio = boost::asio;

lane_publisher::lane_publisher(sender_settings sending, client::connection_settings connecting, lane_requests requests)
    : connecting_(std::move(connecting)),
      requests_(std::move(requests)),
      teller_(std::make_shared<answer_teller>()),
      sender_(telling(std::move(sending), teller_)) {}

sender_settings lane_publisher::telling(sender_settings sending, std::shared_ptr<answer_teller> teller) {
  sending.answered = [teller = std::move(teller)](fence_id fence) {
    const std::lock_guard lock(teller->mutex);
    if (lane_publisher* const to = teller->to) asio::post(*to->io_, [to, fence] { to->on_answered(fence); });
  };
  return sending;
}

// Only a lack of memory throws here, which ends the process. NOLINTNEXTLINE(bugprone-exception-escape)
lane_publisher::~lane_publisher() { close(); }

void lane_publisher::attach(asio::io_context& io) {
  io_ = &io;
  teller_->to = this;
  ticker_ = std::make_unique<decltype(ticker_)::element_type>(io.get_executor());
}

void lane_publisher::close() {
  {
    const std::lock_guard lock(teller_->mutex);
    teller_->to = nullptr;
  }
  sender_.abandon();
  take_inbox();
  connections_.clear();
  ticker_.reset();
}

// Nothing throws here but a lack of memory, which ends the process. NOLINTNEXTLINE(bugprone-exception-escape)
void lane_publisher::publish(std::unique_ptr<batch> sealed) noexcept {
  if (io_->get_executor().running_in_this_thread()) {
    sender_.add(std::move(sealed));
    return pump_soon();
  }
  bool was_empty = false;
  {
    const std::lock_guard lock(inbox_mutex_);
    was_empty = inbox_.empty();
    inbox_.push_back(std::move(sealed));
  }
  if (was_empty) asio::post(*io_, [this] { take_inbox(); });
}

void lane_publisher::take_inbox() {
  {
    const std::lock_guard lock(inbox_mutex_);
    taken_.swap(inbox_);
  }
  for (auto& b : taken_) sender_.add(std::move(b));
  taken_.clear();
  if (ticker_) pump_soon();  // not closed
}

void lane_publisher::withdraw(batch_home& home, std::vector<const ack*> late) {
  asio::post(*io_, [this, from = withdrawal{&home, {late.begin(), late.end()}}] { take_back(from); });
}

void lane_publisher::take_back(const withdrawal& from) {
  std::vector<std::shared_ptr<void>> until_answered;
  for (auto& [home, answers] : sender_.withdraw(from, until_answered))
    home->answer(std::move(answers), std::make_shared<std::vector<std::shared_ptr<void>>>(until_answered));
}

void lane_publisher::on_answered(fence_id fence) {
  std::shared_ptr<topic> of = sender_.on_answered(fence, clock::now());
  if (!of) return;
  auto lift = [this, teller = teller_, fence] {
    const std::lock_guard lock(teller->mutex);
    if (teller->to != nullptr) asio::post(*io_, [this, fence] { sender_.lift(fence); });
  };
  if (!requests_.hand_over) return lift();
  requests_.hand_over(std::move(of), fence.partition, std::move(lift));
}

void lane_publisher::set_cluster(std::shared_ptr<const cluster> seen) {
  asio::post(*io_, [this, seen = std::move(seen)]() mutable { take_cluster(std::move(seen)); });
}

void lane_publisher::take_cluster(std::shared_ptr<const cluster> seen) {
  cluster_ = seen;
  for (const auto& [id, c] : connections_)
    if (const broker_address* at = cluster_->find(id); at != nullptr && c) c->set_address(*at);
  const clock::time_point now = clock::now();
  sender_.set_cluster(std::move(seen), now);
  touch_leaders(now);
  report(now);
  pump_soon();
}

// Each time metadata comes: a gateway that has nothing to send knows too which leaders it would not reach.
void lane_publisher::touch_leaders(clock::time_point now) {
  std::vector<std::int32_t> leaders;
  for (const auto& t : cluster_->topics) leaders.insert(leaders.end(), t.leaders.begin(), t.leaders.end());
  std::ranges::sort(leaders);
  leaders.erase(std::unique(leaders.begin(), leaders.end()), leaders.end());
  for (const std::int32_t broker : leaders)
    if (client::connection* c = connection_to(broker)) c->touch(now);
}

// All batches of a readiness cycle leave together.
void lane_publisher::pump_soon() {
  if (std::exchange(pump_posted_, true)) return;
  asio::post(*io_, [this] {
    pump_posted_ = false;
    pump();
  });
}

void lane_publisher::pump() {
  const clock::time_point now = clock::now();
  brokers_needed_.clear();
  sender_.for_each_broker_needed([this](std::int32_t broker) { brokers_needed_.push_back(broker); });
  for (const std::int32_t broker : brokers_needed_)
    if (client::connection* c = connection_to(broker)) c->pump(now);
  request_metadata(now);
  keep_ticking(now);
}

void lane_publisher::request_metadata(clock::time_point now) {
  wants_metadata_ |= sender_.take_metadata_request();
  if (!wants_metadata_ || now < metadata_request_due_) return;
  wants_metadata_ = false;
  metadata_request_due_ = now + metadata_request_pause;
  if (requests_.refresh_metadata) requests_.refresh_metadata();
}

client::connection* lane_publisher::connection_to(std::int32_t broker) {
  auto& c = connections_[broker];
  if (c) return c.get();
  const broker_address* at = cluster_ ? cluster_->find(broker) : nullptr;
  if (at == nullptr) return nullptr;
  const auto on_answers = [this] {
    if (requests_.contact) requests_.contact();
    pump();
  };
  const auto on_lost = [this] {
    report(clock::now());
    pump_soon();
  };
  c = std::make_unique<client::connection>(*io_, sender_, *at, connecting_,
                                           client::connection_hooks{on_answers, on_lost});
  return c.get();
}

void lane_publisher::keep_ticking(clock::time_point now) {
  if (!sender_.is_busy()) return;
  // Overdue requests that could not go (a full socket, no connection) wait for the next tick.
  const auto wanted = sender_.due();
  const auto due = wanted > now ? std::min(wanted, now + tick) : now + tick;
  if (due >= tick_due_) return;
  tick_due_ = due;
  ticker_->expires_at(due);
  ticker_->async_wait([this](boost::system::error_code error) {
    if (error) return;
    tick_due_ = clock::time_point::max();
    on_tick();
  });
}

void lane_publisher::on_tick() {
  const clock::time_point now = clock::now();
  for (const auto& [id, c] : connections_)
    if (c) c->check_times(now);
  sender_.wake(now);
  if (now >= report_due_ || !sender_.is_busy()) report(now);
  pump();
}

void lane_publisher::report(clock::time_point now) {
  report_due_ = now + report_every;
  lane_state fresh;
  for (const auto& [id, c] : connections_)
    if (c) {
      metrics::broker_row& row = fresh.brokers.emplace_back(c->seen());
      row.retries = sender_.retries(id);
      row.produce_version = sender_.produce_version(id);
      row.throttle_seconds = std::chrono::duration<double>(sender_.throttle(id, now)).count();
      if (c->unreached(now) > unreached_after) fresh.unreached.push_back(id);
      row.waiting_requests = static_cast<std::int64_t>(sender_.requests_in_flight(id));
    }
  for (std::uint32_t id = 0; id < sender_.topics_seen(); ++id) fresh.topics.push_back(sender_.sent_of(id));
  fresh.queued = sender_.queued();
  fresh.producers_lost = sender_.producers_lost();
  const std::lock_guard lock(state_mutex_);
  state_ = std::move(fresh);
}

std::uint64_t lane_publisher::abandon() {
  std::promise<std::uint64_t> done;
  auto result = done.get_future();
  asio::post(*io_, [this, &done] {
    take_inbox();
    done.set_value(sender_.abandon());
  });
  return result.get();
}

lane_state lane_publisher::state() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

std::vector<std::int32_t> lane_publisher::unreached() const {
  const std::lock_guard lock(state_mutex_);
  return state_.unreached;
}

}  // namespace batching::kafka::producer
