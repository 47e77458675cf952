// Moves the bytes between a lane's partitions and Kafka: two connections to each broker that is needed, one for
// questions and appends, one for reading. Lane's thread, but for what says otherwise. Built by gateway/app.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "batching/cluster.h"
#include "batching/kafka/client/connection.h"
#include "metrics/snapshot.h"
#include "store/ownership/broker_requests.h"
#include "store/ownership/lane_partitions.h"
#include "store/ownership/log_fetches.h"
#include "store/ownership/partition.h"

namespace store::ownership {

/// The driver's requests to the rest of the process. On the lane's thread; must not block.
struct driver_requests {
  std::function<void()> refresh_metadata;  // who leads is not known, or not true any more
  std::function<void()> contact;           // a broker has answered
};

struct driver_settings {
  request_settings asking;
  claim_settings claiming;
  std::size_t append_bytes_max = 900 * 1024;
  std::function<batching::kafka::wire::compression(std::string_view topic)> compression_of;  // unset: none
};

/// The figures of one partition for a scrape.
struct partition_seen {
  std::string topic;
  std::int32_t partition = 0;
  ownership_status status;
  claim::counts_by_reason take_overs{};
  std::chrono::milliseconds keep_every{};
};

class lane_driver final : public lane_partitions {
 public:
  static constexpr std::chrono::milliseconds tick{50};  // at least so often, while anything is under way
  static constexpr std::chrono::milliseconds report_every{500};
  static constexpr std::chrono::milliseconds metadata_request_pause{250};  // between two requests for metadata

  lane_driver(driver_settings settings, batching::kafka::client::connection_settings connecting,
              driver_requests requests);
  ~lane_driver() override;
  lane_driver(const lane_driver&) = delete;
  lane_driver& operator=(const lane_driver&) = delete;

  /// Before the lane runs. Its io_context outlives the connections: see close_all().
  void attach(boost::asio::io_context& io);
  /// After the lane has stopped, while it is there: gives up what is under way and lets go of its io_context.
  void close_all();

  // lane_partitions. Lane's thread, or before it runs.
  owned_partition& open(std::shared_ptr<batching::topic> of, std::int32_t number, const log_position& from,
                        log_sink& sink, ownership_events& events) override;
  void close(owned_partition& which) override;

  /// Any thread, while the lane runs.
  void set_cluster(std::shared_ptr<const batching::cluster> seen);
  /// Any thread, once attached: how often the ownership of a topic's partitions is proven, of those opened later too.
  void set_keep_every(std::string topic, std::chrono::milliseconds interval);
  /// Any thread.
  [[nodiscard]] std::vector<partition_seen> seen() const;
  /// Any thread: a row for each connection.
  [[nodiscard]] std::vector<metrics::broker_row> brokers_seen() const;
  [[nodiscard]] const metrics::log2_histogram& take_over_us() const noexcept { return tools_.take_over_us; }

 private:
  using connections = std::unordered_map<std::int32_t, std::unique_ptr<batching::kafka::client::connection>>;
  struct opened {
    partition_settings settings;
    std::unique_ptr<partition> is;
  };

  void take_cluster(const std::shared_ptr<const batching::cluster>& seen);
  void pump_soon();
  void pump();
  void pump_connections(std::vector<std::int32_t> brokers, connections& over, batching::kafka::client::requester& from,
                        batching::clock::time_point now);
  [[nodiscard]] batching::kafka::client::connection* connection_to(std::int32_t broker, connections& over,
                                                                   batching::kafka::client::requester& from);
  void request_metadata(batching::clock::time_point now);
  void keep_ticking(batching::clock::time_point now);
  void on_tick();
  void report(batching::clock::time_point now);
  template <typename Requester>
  static void report_brokers(const connections& over, const Requester& from, batching::clock::time_point now,
                             std::vector<metrics::broker_row>& to);

  driver_settings settings_;
  batching::kafka::client::connection_settings connecting_;
  driver_requests requests_;
  lane_tools tools_;
  broker_requests asking_;
  log_fetches reading_;
  std::vector<std::unique_ptr<opened>> partitions_;
  std::map<std::string, std::chrono::milliseconds> keep_every_;  // by topic
  std::shared_ptr<const batching::cluster> cluster_;             // co-owned by the other lanes
  boost::asio::io_context* io_ = nullptr;
  std::unique_ptr<boost::asio::basic_waitable_timer<batching::clock, boost::asio::wait_traits<batching::clock>,
                                                    boost::asio::io_context::executor_type>>
      ticker_;
  connections to_ask_, to_read_;
  bool pump_posted_ = false;
  batching::clock::time_point tick_due_ = batching::clock::time_point::max();
  bool wants_metadata_ = false;
  batching::clock::time_point metadata_request_due_{};
  batching::clock::time_point report_due_{};

  mutable std::mutex seen_mutex_;
  std::vector<partition_seen> seen_;
  std::vector<metrics::broker_row> brokers_seen_;
};

}  // namespace store::ownership
