// Every readiness::interval, on the admin lane: is Kafka there, is there room, and is it time to say so? Once all is
// well for the first time, it prints "headgate ready" on stdout.
#include <algorithm>
#include <iostream>
#include <map>

#include "gateway/app/application.h"
#include "gateway/app/start_up_pages.h"
#include "metrics/events.h"

namespace gateway::app {
using batching::clock;
using metrics::happened;
using metrics::happening;

void application::watch_readiness() {
  const auto health = publisher_.health();
  runtime::readiness::seen seen;
  if (!health.reachable) seen.kafka_away = std::max(health.away, std::chrono::milliseconds(1));
  {
    const std::lock_guard lock(topics_mutex_);
    seen.topics_known = topics_ != nullptr;
    seen.topic_full = topics_ && std::ranges::any_of(topics_->topics(), [this](const auto& t) {
                        return t.second.shared->in_flight_bytes() >= budget_.share_bytes() / 10 * 9;
                      });
  }
  seen.unreached_percent = unreached_percent();
  readiness_.update(seen, clock::now());
  announce_once_ready();
  report_pressure();
  tls_of_listeners_.look(clock::now());
  metrics::report_log_overrun();
  readiness_timer_.expires_after(runtime::readiness::interval);
  readiness_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) watch_readiness();
  });
}

// A broker counts as reached once a connection of any lane stands.
int application::unreached_percent() const {
  const std::shared_ptr<const batching::cluster> leaders = cluster();
  if (!leaders || direct_.empty()) return 0;
  std::map<std::int32_t, std::size_t> lanes_without;
  for (const auto& d : direct_)
    for (const std::int32_t broker : d->unreached()) ++lanes_without[broker];
  std::size_t all = 0;
  std::size_t unreached = 0;
  for (const auto& t : leaders->topics)
    for (const std::int32_t leader : t.leaders) {
      const auto without = lanes_without.find(leader);
      ++all;
      if (without != lanes_without.end() && without->second == direct_.size()) ++unreached;
    }
  return all == 0 ? 0 : static_cast<int>(unreached * 100 / all);
}

void application::report_pressure() {
  if (was_paused_ == budget_.paused()) return;
  was_paused_ = !was_paused_;
  if (was_paused_)
    happened(happening::budget_paused, "the in-flight budget is used up: new events are refused",
             {{"bytes", budget_.bytes()}, {"limit_bytes", budget_.limit_bytes()}});
  else
    happened(happening::budget_resumed, "the in-flight budget has room again", {{"bytes", budget_.bytes()}});
}

void application::announce_once_ready() {
  const std::string reason = not_ready_reason();
  if (was_ready_ != reason.empty()) {
    was_ready_ = reason.empty();
    if (was_ready_)
      happened(happening::ready, "events are taken");
    else
      happened(happening::not_ready, "events are refused", {{"why", reason}});
  }
  if (announced_ || !was_ready_) return;
  if (store_.is_on() && !store_.stores().have_begun() && clock::now() < store_patience_until_) return;
  announced_ = true;
  std::string line = "headgate ready";
  const auto add = [&line](const char* what, const std::unique_ptr<net::listener>& l) {
    if (l) line += std::string(" ") + what + "=" + net::to_string(l->at());
  };
  add("http", http_);
  add("tcp", tcp_);
  add("lines", lines_);
  add("admin", admin_http_);
  std::cout << line << std::endl;
  release_start_up_pages();
}

}  // namespace gateway::app
