// Reads the logs of a lane's partitions: one Fetch at a time to each broker that leads some of them, which waits there
// for something to come. Sans-I/O: `now` is a parameter. One a lane, on its thread, with connections of its own.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batching/cluster.h"
#include "batching/kafka/client/broker_terms.h"
#include "batching/kafka/client/requester.h"
#include "store/ownership/partition.h"

namespace store::ownership {

class log_fetches final : public batching::kafka::client::requester {
 public:
  using time_point = batching::clock::time_point;
  /// A partition that begins to be read meanwhile waits as long for its turn.
  static constexpr std::chrono::milliseconds wait_max{100};
  static constexpr std::int32_t bytes_max = 1024 * 1024;           // of one answer ..
  static constexpr std::int32_t partition_bytes_max = 256 * 1024;  // .. and of each partition: what is folded in one go
  static constexpr std::chrono::seconds answer_time_max{10};

  explicit log_fetches(std::string client_id) : client_id_(std::move(client_id)) {}

  void add(partition& p) { partitions_.push_back(&p); }
  /// An answer under way for it is not given to another one of the same name that is added meanwhile.
  void remove(partition& p);
  void set_cluster(std::shared_ptr<const batching::cluster> seen) { cluster_ = std::move(seen); }

  void plan(time_point now);
  [[nodiscard]] const std::vector<std::int32_t>& brokers_needed() const noexcept { return needed_; }
  [[nodiscard]] bool take_metadata_request() noexcept { return std::exchange(wants_metadata_, false); }
  [[nodiscard]] bool is_busy() const noexcept { return !sent_at_.empty(); }

  // requester
  [[nodiscard]] bool next_request(std::int32_t broker, time_point now, std::int64_t wall_ms,
                                  batching::kafka::wire::buffer& to) override;
  [[nodiscard]] bool on_response(std::int32_t broker, std::string_view response, time_point now) override;
  void on_lost(std::int32_t broker, bool newest_unsent) override;
  [[nodiscard]] bool needs(std::int32_t broker) const noexcept override;
  [[nodiscard]] bool is_overdue(std::int32_t broker, time_point now) const noexcept override;
  [[nodiscard]] std::size_t requests_in_flight(std::int32_t broker) const noexcept override {
    return sent_at_.contains(broker) ? 1 : 0;
  }
  [[nodiscard]] time_point answered_was_sent_at() const noexcept override { return answered_was_sent_at_; }
  /// nullptr: it has answered nothing yet.
  [[nodiscard]] const batching::kafka::client::broker_terms* terms_of(std::int32_t broker) const noexcept;

 private:
  struct sent {
    time_point at{};
    std::int32_t correlation = 0;
    std::vector<partition*> of;
  };
  [[nodiscard]] std::int32_t leader_of(const partition& p) const noexcept;
  [[nodiscard]] static partition* find(const std::vector<partition*>& among, std::string_view topic,
                                       std::int32_t number) noexcept;

  std::string client_id_;
  std::vector<partition*> partitions_;
  std::shared_ptr<const batching::cluster> cluster_;  // co-owned by the other lanes
  std::unordered_map<std::int32_t, sent> sent_at_;    // by broker
  std::unordered_map<std::int32_t, batching::kafka::client::broker_terms> terms_;
  std::vector<std::int32_t> needed_;
  std::vector<batching::kafka::wire::fetch_partition> wanted_;
  std::size_t first_ = 0;  // the answer's bytes go to the first ones: they take turns
  std::int32_t correlation_ = 0;
  time_point answered_was_sent_at_{};
  bool wants_metadata_ = false;
};

}  // namespace store::ownership
