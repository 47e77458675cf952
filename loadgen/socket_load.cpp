#include "loadgen/socket_load.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace loadgen {

namespace {

/// The first of the target's addresses that accepts a connection.
address reachable_address(const run_plan& plan) {
  std::string why;
  for (const address& each : resolve(plan.host, plan.port)) {
    why = check_reachable(each, std::chrono::seconds(5));
    if (why.empty()) return each;
  }
  throw std::runtime_error("nothing accepts connections at " + plan.target + " (" + why + "): is the server running?");
}

}  // namespace

socket_load::socket_load(const run_plan& plan) : plan_(plan), target_(reachable_address(plan)), threads_(plan.threads) {
  const auto weights = aggregate_picker::weights(plan.aggregates, plan.connections, plan.how);
  std::vector<std::uint64_t> quotas(plan.connections, std::numeric_limits<std::uint32_t>::max());
  if (plan.events) quotas = share_out(*plan.events, weights);
  for (std::uint32_t i = 0; i < plan.connections; ++i) {
    threads_[i % plan.threads].add(plan, target_, i, quotas[i], weights[i]);
  }
}

void socket_load::start(const run_clock& clock) {
  for (io_thread& each : threads_) each.start(clock, plan_.timeout);
}

void socket_load::stop() {
  for (io_thread& each : threads_) each.request_stop();
}

bool socket_load::finished() const {
  return std::all_of(threads_.begin(), threads_.end(), [](const io_thread& each) { return each.finished(); });
}

void socket_load::collect(tally& into) {
  for (io_thread& each : threads_) each.collect(into);
}

std::chrono::nanoseconds socket_load::busiest_thread() const {
  std::chrono::nanoseconds most{0};
  for (const io_thread& each : threads_) most = std::max(most, each.cpu());
  return most;
}

std::vector<stream_record> socket_load::take_records() {
  std::vector<stream_record> records(plan_.connections);
  for (io_thread& thread : threads_) {
    thread.join();
    for (const stream& each : thread.streams()) records[each.index()] = {each.log(), each.resent()};
  }
  return records;
}

}  // namespace loadgen
