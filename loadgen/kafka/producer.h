#pragma once

// One thread's librdkafka producer with the streams it sends for: paces them, hands their events over in batches and
// counts the delivery reports. Knows no other producer. Made and run by generator.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <queue>
#include <set>
#include <vector>

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/events/source.h"
#include "loadgen/kafka/client.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/timing/pace.h"
#include "loadgen/timing/run_clock.h"
#include "loadgen/units/wall_clock.h"

namespace loadgen::kafka {

class producer {
 public:
  /// `records`: one a stream of the run; a producer writes only those of its own streams.
  producer(const plan::run_plan& plan, std::vector<answers::stream_record>& records);
  producer(const producer&) = delete;
  producer& operator=(const producer&) = delete;

  void add(std::uint32_t index, std::uint64_t quota, double weight);

  /// Sends until the clock or stop() ends it and every event has its fate; returns after `plan.timeout` more at most.
  void run(const timing::run_clock& clock);

  void stop() { stopping_ = true; }                                                   // any thread
  bool finished() const { return finished_; }                                         // any thread
  void collect(measure::tally& into);                                                 // any thread
  std::chrono::nanoseconds cpu() const { return std::chrono::nanoseconds(cpu_ns_); }  // any thread

 private:
  struct stream {
    std::uint32_t index;
    std::uint64_t quota;
    std::uint64_t built = 0;
    events::source source;
    timing::pace when;
  };
  struct turn {
    timing::steady::time_point due;
    stream* who;
    bool operator>(const turn& other) const { return due > other.due; }
  };
  struct shipment {  // events of one stream, handed over together; lives until the last is reported
    std::uint32_t stream = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t left = 0;
    std::uint32_t failed = 0;
    timing::steady::time_point intended;
    timing::steady::time_point started;
    std::vector<char> bytes;  // room for events of the largest size
    std::size_t size = 0;     // of the events in it
    std::vector<char> keys;
    std::set<std::uint32_t> unknown;  // numbers of those that may or may not be there
  };

  static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept;
  void send_until_over(const timing::run_clock& clock);
  void wait_for_reports();
  void take_report(const rd_kafka_message_t& message);
  void fail(const rd_kafka_message_t& message, answers::event_outcome outcome);
  void settle_one(shipment& what);
  void finish(shipment& what);
  void ship(stream& from, timing::steady::time_point intended);
  void build(stream& from, shipment& what);
  void hand_over(shipment& what);
  timing::steady::time_point due_of(const stream& who, const timing::run_clock& clock) const;
  void count_unsent(const timing::run_clock& clock);

  const plan::run_plan& plan_;
  std::vector<answers::stream_record>& records_;
  client_handle client_;
  topic_handle topic_;
  std::deque<stream> streams_;
  std::priority_queue<turn, std::vector<turn>, std::greater<>> turns_;
  std::vector<std::unique_ptr<shipment>> spare_;
  std::vector<rd_kafka_message_t> messages_;
  std::uint32_t in_flight_ = 0;
  units::wall_clock wall_;
  std::mutex lock_;
  measure::tally tally_;  // guarded by lock_
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> finished_ = false;
  std::atomic<std::int64_t> cpu_ns_ = 0;
};

}  // namespace loadgen::kafka
