// Kafka as an owner sees it, for tests: one partition with its leader, and the transaction coordinator. It does its
// worst within what was seen on a real one (docs/adr): markers are written after EndTxn was answered, the newest
// records are hidden after a leader's death, coordinator and leader move, ids and producer states expire, epochs run
// out.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "batching/batch.h"
#include "batching/kafka/wire/fetch_requests.h"
#include "batching/kafka/wire/protocol.h"

namespace tests::ownership {

using batching::kafka::wire::error_code;
using batching::kafka::wire::producer_identity;
using time_point = batching::clock::time_point;

class model_kafka {
 public:
  struct entry {
    std::int64_t offset = 0;
    producer_identity by;
    bool is_control = false;
    std::int32_t sequence = -1;
    std::int32_t count = 1;
    std::string bytes;
  };

  explicit model_kafka(unsigned seed, std::int16_t first_epoch) : random_(seed), first_epoch_(first_epoch) {}

  void pass(time_point now, bool is_calm);

  // The coordinator's; `broker`: who is asked.
  [[nodiscard]] std::int32_t coordinator() const noexcept { return coordinator_; }
  std::pair<error_code, producer_identity> init_producer(std::int32_t broker);
  error_code add_partition(std::int32_t broker, const producer_identity& by);
  error_code end_transaction(std::int32_t broker, const producer_identity& by);

  // The leader's.
  batching::kafka::wire::produce_answer produce(std::string_view record_batch);
  batching::kafka::wire::offset_answer end_offset();
  batching::kafka::wire::fetch_answer fetch(std::int64_t from);

  [[nodiscard]] const std::vector<entry>& log() const noexcept { return log_; }
  /// As Kafka does with an id that nobody used for long; not while a transaction of it is being ended.
  void forget_id() {
    if (id_.marker_in < 0 && !id_.is_open) id_ = {};
  }

  std::chrono::milliseconds expires_after{2'000};  // a producer's state, without a batch

 private:
  struct producer_state {
    std::int16_t epoch = -1;
    std::deque<entry> last;  // up to five batches of the epoch, without their bytes
    time_point used{};
  };
  struct transactional_id {
    producer_identity producer;
    bool is_open = false;
    bool is_ended = false;  // once, since the producer was given
    int marker_in = -1;     // passes; -1: none is to be written
    producer_identity marker;
  };
  [[nodiscard]] bool happens(int percent) { return static_cast<int>(random_() % 100) < percent; }
  [[nodiscard]] error_code look_at(std::int32_t broker, const producer_identity& by);
  void abort_with(const producer_identity& marker);
  void write_marker();
  void append(entry e, std::string bytes);

  std::mt19937 random_;
  std::int16_t first_epoch_;
  time_point now_{};
  std::int32_t coordinator_ = 1;
  std::int64_t next_id_ = 100;
  transactional_id id_;
  std::vector<entry> log_;
  std::int64_t end_ = 0;
  std::int64_t hidden_from_ = -1;  // -1: nothing is hidden
  int hidden_for_ = 0;             // passes
  std::map<std::int64_t, producer_state> producers_;
  std::string fetched_;
};

}  // namespace tests::ownership
