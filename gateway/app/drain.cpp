// The end of the process: not ready, no new connections, everything in flight settled, then exit. Runs on a thread of
// its own, so that lanes and admin pages stay alive until the last answer is written.
#include <boost/asio/post.hpp>
#include <iostream>
#include <thread>

#include "gateway/app/application.h"
#include "metrics/events.h"

namespace gateway::app {
using batching::clock;
using metrics::happened;
using metrics::happening;
using namespace std::chrono_literals;

namespace {

constexpr auto look_again = 10ms;
constexpr auto abandon_patience = 3s;       // for librdkafka to hand back what was purged
constexpr auto last_answers_patience = 1s;  // for clients to read what became of their events

}  // namespace

void application::drain() {
  happened(
      happening::drain_started, "no new connections; finishing what is in flight",
      {{"records_in_flight", unsettled_records()}, {"seconds_max", settings_->limits.drain_time_max.count() / 1000}});
  readiness_.start_drain();
  for (auto* l : {http_.get(), tcp_.get(), lines_.get()})
    if (l != nullptr) l->stop();
  for (const auto& l : lanes_) {
    l->start_drain();
    // Twice, so that it comes behind the listeners' last accepts and what these have posted.
    boost::asio::post(l->io(), [this, on = l.get()] { boost::asio::post(on->io(), [this] { ++lanes_draining_; }); });
  }

  // Beside the answers: the others take over at once, and what is asked of us is passed on to them.
  const std::jthread leaving([this] {
    if (store_.has_others()) store_.leave();
  });
  const auto deadline = clock::now() + settings_->limits.drain_time_max;
  while (!is_idle() && clock::now() < deadline) std::this_thread::sleep_for(look_again);
  abandoned_ = unsettled_records();
  for (const auto& d : direct_) d->abandon();
  publisher_.abandon(abandon_patience);  // with nothing left, only the keeper ends
  const auto last = clock::now() + last_answers_patience;
  while (!is_idle() && clock::now() < last) std::this_thread::sleep_for(look_again);
  for (const auto& l : lanes_) l->stop();
  admin_.stop();
}

std::uint64_t application::unsettled_records() const noexcept {
  std::uint64_t settled = 0;
  std::uint64_t admitted = 0;
  for (const auto& l : lanes_) settled += l->recorder().records_settled.value();
  for (const auto& l : lanes_) admitted += l->recorder().records_admitted.value();
  return admitted - settled;
}

// Admin connections may stay: they only look.
bool application::is_idle() const noexcept {
  if (lanes_draining_ < lanes_.size()) return false;
  std::uint64_t closed = 0;
  std::uint64_t opened = 0;
  for (const auto& l : lanes_)
    for (std::size_t i = 0; i < metrics::listeners; ++i) {
      closed += l->recorder().connections_closed[i].value();
      opened += l->recorder().connections_opened[i].value();
    }
  return unsettled_records() == 0 && opened == closed;
}

int application::finish() {
  for (auto& t : threads_) t.join();
  if (abandoned_ == 0) {
    happened(happening::drain_finished, "all records are settled");
    return 0;
  }
  happened(happening::drain_incomplete, "stopped before Kafka had confirmed everything", {{"records", abandoned_}});
  std::cerr << "headgate: stopped with " << abandoned_ << " records unsettled\n";
  return 4;
}

}  // namespace gateway::app
