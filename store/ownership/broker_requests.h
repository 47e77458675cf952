// The requests of a lane's partitions to the brokers, and what the answers mean for them: questions to coordinators and
// leaders, and appends, all partitions of a leader in one Produce request. Sans-I/O: `now` is a parameter. One a lane,
// on its thread; its connections are not those of log_fetches.h, whose requests wait at the broker.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batching/cluster.h"
#include "batching/kafka/client/broker_terms.h"
#include "batching/kafka/client/requester.h"
#include "batching/kafka/client/told_leader.h"
#include "batching/kafka/wire/protocol.h"
#include "store/ownership/company.h"
#include "store/ownership/partition.h"

namespace store::ownership {

struct request_settings {
  std::string client_id = "headgate";
  std::chrono::milliseconds request_timeout{10'000};  // for all replicas to have an append
  std::chrono::microseconds linger{5'000};            // the longest that appends wait for company
};

class broker_requests final : public batching::kafka::client::requester {
 public:
  using time_point = batching::clock::time_point;
  static constexpr std::size_t requests_in_flight_max = 16;  // a broker answers one after the other
  static constexpr std::size_t appends_in_flight_max =
      2;  // requests with appends: what comes meanwhile travels together
  static constexpr std::size_t append_bytes_max = 1024 * 1024;  // of one request; or one append that is larger
  static constexpr std::chrono::seconds answer_grace{2};

  explicit broker_requests(request_settings settings) : settings_(std::move(settings)) {}

  void add(partition& p) { partitions_.push_back(&p); }
  void remove(partition& p);
  void set_cluster(std::shared_ptr<const batching::cluster> seen) { cluster_ = std::move(seen); }

  /// Finds out who has something to send to whom. Before the connections are pumped.
  void plan(time_point now);
  [[nodiscard]] const std::vector<std::int32_t>& brokers_needed() const noexcept { return needed_; }
  [[nodiscard]] bool take_metadata_request() noexcept { return std::exchange(wants_metadata_, false); }
  /// When appends that wait for company leave at the latest; time_point::max(): none wait.
  [[nodiscard]] time_point due() const noexcept;
  [[nodiscard]] bool is_busy() const noexcept;
  /// The connection is gone, whether or not something was under way on it.
  void on_disconnected(std::int32_t broker);

  // requester
  void on_connected(std::int32_t broker, const batching::kafka::wire::api_versions_answer& knows) override {
    terms_[broker].on_connected(knows);
  }
  [[nodiscard]] bool next_request(std::int32_t broker, time_point now, std::int64_t wall_ms,
                                  batching::kafka::wire::buffer& to) override;
  [[nodiscard]] bool on_response(std::int32_t broker, std::string_view response, time_point now) override;
  void on_lost(std::int32_t broker, bool newest_unsent) override;
  [[nodiscard]] bool needs(std::int32_t broker) const noexcept override;
  [[nodiscard]] bool is_overdue(std::int32_t broker, time_point now) const noexcept override;
  [[nodiscard]] std::size_t requests_in_flight(std::int32_t broker) const noexcept override;
  [[nodiscard]] time_point answered_was_sent_at() const noexcept override { return answered_was_sent_at_; }

  /// nullptr: it was never spoken with.
  [[nodiscard]] const batching::kafka::client::broker_terms* terms_of(std::int32_t broker) const noexcept;

 private:
  struct append_part {
    partition* of = nullptr;  // nullptr: it was closed meanwhile
    std::uint64_t attempt = 0;
    std::size_t appends = 0;
  };
  struct request {
    std::int32_t correlation = 0;
    std::int16_t version = batching::kafka::wire::produce_lowest;  // of a Produce request
    std::int32_t throttle_ms = 0;                                  // that its answer asks for
    time_point sent_at{};
    question asks = question::none;  // none: appends, or where a log begins
    partition* of = nullptr;
    std::vector<append_part> appends;
  };
  using requests = std::deque<request>;

  [[nodiscard]] std::int32_t leader_of(const partition& p) const noexcept;
  [[nodiscard]] std::int32_t broker_for(const partition& p, question what) const noexcept;
  void want(std::int32_t broker);
  [[nodiscard]] request& begin(std::int32_t broker, time_point now);
  [[nodiscard]] bool next_question(std::int32_t broker, time_point now, std::int64_t wall_ms,
                                   batching::kafka::wire::buffer& to);
  void write(const request& r, std::int64_t wall_ms, batching::kafka::wire::buffer& to);
  [[nodiscard]] bool next_start(std::int32_t broker, time_point now, batching::kafka::wire::buffer& to);
  [[nodiscard]] bool next_appends(std::int32_t broker, time_point now, std::int64_t wall_ms,
                                  batching::kafka::wire::buffer& to);
  [[nodiscard]] std::vector<append_part> choose_appends(std::int32_t broker, bool is_turn, time_point now,
                                                        std::int64_t wall_ms);
  [[nodiscard]] std::size_t waiting_for(std::int32_t broker, time_point now) const noexcept;
  [[nodiscard]] company& company_of(std::int32_t broker);
  void write_appends(request& r, time_point now, batching::kafka::wire::buffer& to);
  [[nodiscard]] bool take(std::int32_t broker, request& r, std::string_view response, time_point now);
  [[nodiscard]] bool take_answer(partition& p, question asked, std::string_view response, time_point now);
  [[nodiscard]] bool take_fence(request& r, std::string_view response, time_point now);
  [[nodiscard]] bool take_appends(std::int32_t broker, request& r, std::string_view response, time_point now);
  void on_stale_leader(partition& p, std::int32_t asked, std::int32_t leader);
  void give_up(request& r, bool was_sent, time_point now);

  request_settings settings_;
  std::vector<partition*> partitions_;
  std::shared_ptr<const batching::cluster> cluster_;  // co-owned by the other lanes
  std::unordered_map<std::int32_t, requests> under_way_;
  std::unordered_map<std::int32_t, company> companies_;  // of appends, by broker
  std::unordered_map<std::int32_t, batching::kafka::client::broker_terms> terms_;
  std::unordered_map<const partition*, batching::kafka::client::told_leader> told_;
  std::vector<std::int32_t> needed_;
  std::int32_t correlation_ = 0;
  time_point answered_was_sent_at_{};
  time_point now_{};  // of the last call that knew it
  bool wants_metadata_ = false;
};

}  // namespace store::ownership
