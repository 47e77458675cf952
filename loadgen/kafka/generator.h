#pragma once

// The baseline: the same events straight to Kafka through librdkafka, keyed by aggregate with Java's partitioner,
// acks=all, idempotent. One producer a thread. Gateways are measured against it. Made by run/make_generator.h.

#include <deque>
#include <thread>

#include "loadgen/answers/fates.h"
#include "loadgen/kafka/patience.h"
#include "loadgen/kafka/producer.h"
#include "loadgen/load/generator.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::kafka {

class generator final : public load::generator {
 public:
  /// Throws failure when Kafka or the topic is still not there after the wait.
  generator(const plan::run_plan& plan, const patience& how);
  ~generator() override;

  void start(const timing::run_clock& clock) override;
  void stop() override;
  bool finished() const override;
  void collect(measure::tally& into) override;
  std::chrono::nanoseconds busiest_thread() const override;
  std::vector<answers::stream_record> take_records() override;

 private:
  void join();

  std::vector<answers::stream_record> records_;
  std::deque<producer> producers_;
  std::deque<std::thread> threads_;
};

}  // namespace loadgen::kafka
