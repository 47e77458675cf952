#include "loadgen/kafka/generator.h"

#include <algorithm>

#include "loadgen/kafka/reader.h"
#include "loadgen/load/quotas.h"

namespace loadgen::kafka {

generator::generator(const plan::run_plan& plan, const patience& how) : records_(plan.connections) {
  reader(plan.host, plan.topic, plan.kafka_properties, how).spans();  // throws when Kafka or the topic is not there
  for (std::uint32_t i = 0; i < plan.threads; ++i) producers_.emplace_back(plan, records_);
  const auto shares = load::stream_shares(plan);
  for (std::uint32_t i = 0; i < plan.connections; ++i) {
    producers_[i % plan.threads].add(i, shares[i].quota, shares[i].weight);
  }
}

generator::~generator() {
  stop();
  join();
}

void generator::start(const timing::run_clock& clock) {
  for (producer& each : producers_) threads_.emplace_back([&each, clock] { each.run(clock); });
}

void generator::stop() {
  for (producer& each : producers_) each.stop();
}

bool generator::finished() const {
  return std::all_of(producers_.begin(), producers_.end(), [](const producer& each) { return each.finished(); });
}

void generator::collect(measure::tally& into) {
  for (producer& each : producers_) each.collect(into);
}

std::chrono::nanoseconds generator::busiest_thread() const {
  std::chrono::nanoseconds most{0};
  for (const producer& each : producers_) most = std::max(most, each.cpu());
  return most;
}

std::vector<answers::stream_record> generator::take_records() {
  join();
  return std::move(records_);
}

void generator::join() {
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

}  // namespace loadgen::kafka
