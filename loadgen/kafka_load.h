#pragma once

// The baseline: the same events straight to Kafka through librdkafka, keyed by aggregate with Java's partitioner,
// acks=all, idempotent. One producer a thread. What a gateway is measured against.

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "loadgen/load.h"

namespace loadgen {

class kafka_load final : public load {
 public:
  explicit kafka_load(const run_plan& plan);
  ~kafka_load() override;

  void start(const run_clock& clock) override;
  void stop() override { stopping_ = true; }
  bool finished() const override { return running_ == 0; }
  void collect(tally& into) override;
  std::chrono::nanoseconds busiest_thread() const override { return std::chrono::nanoseconds(cpu_ns_); }
  std::vector<stream_record> take_records() override;

 private:
  class producer;

  const run_plan& plan_;
  std::vector<stream_record> records_;
  std::mutex lock_;
  tally tally_;  // guarded by lock_
  std::atomic<bool> stopping_ = false;
  std::atomic<unsigned> running_ = 0;
  std::atomic<std::int64_t> cpu_ns_ = 0;
  std::deque<producer> producers_;
  std::deque<std::thread> threads_;
};

}  // namespace loadgen
