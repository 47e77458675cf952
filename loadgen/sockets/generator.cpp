#include "loadgen/sockets/generator.h"

#include <algorithm>
#include <stdexcept>

#include "loadgen/load/quotas.h"

namespace loadgen::sockets {

namespace {

/// The first of the target's addresses that accepts a connection.
address reachable_address(const plan::run_plan& plan) {
  std::string why;
  for (const address& each : resolve(plan.host, plan.port)) {
    why = check_reachable(each, std::chrono::seconds(5));
    if (why.empty()) return each;
  }
  throw std::runtime_error("nothing accepts connections at " + plan.target + " (" + why + "): is the server running?");
}

}  // namespace

generator::generator(const plan::run_plan& plan)
    : plan_(plan), target_(reachable_address(plan)), threads_(plan.threads) {
  const auto shares = load::stream_shares(plan);
  for (std::uint32_t i = 0; i < plan.connections; ++i) {
    threads_[i % plan.threads].add(plan, target_, i, shares[i].quota, shares[i].weight);
  }
}

void generator::start(const timing::run_clock& clock) {
  for (io_thread& each : threads_) each.start(clock, plan_.timeout);
}

void generator::stop() {
  for (io_thread& each : threads_) each.request_stop();
}

bool generator::finished() const {
  return std::all_of(threads_.begin(), threads_.end(), [](const io_thread& each) { return each.finished(); });
}

void generator::collect(measure::tally& into) {
  for (io_thread& each : threads_) each.collect(into);
}

std::chrono::nanoseconds generator::busiest_thread() const {
  std::chrono::nanoseconds most{0};
  for (const io_thread& each : threads_) most = std::max(most, each.cpu());
  return most;
}

std::vector<answers::stream_record> generator::take_records() {
  std::vector<answers::stream_record> records(plan_.connections);
  for (io_thread& thread : threads_) {
    thread.join();
    for (const stream& each : thread.streams()) records[each.index()] = {each.log(), each.resent()};
  }
  return records;
}

}  // namespace loadgen::sockets
