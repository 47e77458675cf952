#include "gateway/app/first_contact.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "gateway/app/check_brokers.h"
#include "metrics/events.h"

namespace gateway::app {
namespace {

/// Returns whether the time has passed; false: it is to end.
bool wait(const std::stop_token& stop, std::chrono::seconds time) {
  std::mutex mutex;
  std::condition_variable_any ended;
  std::unique_lock lock(mutex);
  ended.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

void tell_refusals(const config::settings& settings) {
  for (const refusal& each : refusals_of_brokers(settings))
    metrics::happened(metrics::happening::kafka_refused, "cannot talk to a broker: " + each.why,
                      {{"broker", each.broker}});
}

}  // namespace

first_contact::first_contact(std::shared_ptr<const config::settings> settings, std::function<bool()> is_made) {
  if (!can_check_brokers(settings->kafka)) return;
  thread_ = std::jthread([settings = std::move(settings), is_made = std::move(is_made)](const std::stop_token& stop) {
    for (auto pause = patience; wait(stop, pause) && !is_made(); pause = asked_every) tell_refusals(*settings);
  });
}

}  // namespace gateway::app
