// The publisher that writes Kafka's record batches itself: one a lane, on its lane's thread, with connections and a
// producer id of its own. It knows where partitions are led from the snapshots it is given (set_cluster); what
// only librdkafka can do (Kerberos) needs the publisher on it (docs/adr/0006).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "batching/kafka/client/connection.h"
#include "batching/kafka/producer/sender.h"
#include "batching/publisher.h"
#include "metrics/snapshot.h"

namespace batching::kafka::producer {

/// The publisher's requests to the rest of the process. On the lane's thread; must not block.
struct lane_requests {
  std::function<void()> refresh_metadata;  // who leads is not known, or not true any more
  std::function<void()> contact;           // a broker has answered
  /// All lanes hand over their open batches of this partition, then `done` runs, on any thread. Unset: there is one
  /// lane.
  std::function<void(std::shared_ptr<topic> of, std::int32_t partition, std::function<void()> done)> hand_over{};
};

/// The figures of one lane's publisher for a scrape.
struct lane_state {
  std::vector<metrics::broker_row> brokers;
  std::vector<topic_sent> topics;  // by topic id
  queue_size queued;
  std::uint64_t producers_lost = 0;
  std::vector<std::int32_t> unreached;  // brokers that lead partitions, tried for longer than unreached_after
};

class lane_publisher final : public publisher {
 public:
  static constexpr std::chrono::milliseconds tick{50};  // at least so often, while anything is under way
  static constexpr std::chrono::milliseconds report_every{500};
  /// A leader that is not reached for so long is reported. Long enough for an address that swallows packets and the
  /// next one that does not.
  static constexpr std::chrono::seconds unreached_after{4};
  static constexpr std::chrono::milliseconds metadata_request_pause{250};  // between two requests for metadata

  lane_publisher(sender_settings sending, client::connection_settings connecting, lane_requests requests);
  ~lane_publisher() override;  // NOLINT(bugprone-exception-escape): see there
  lane_publisher(const lane_publisher&) = delete;
  lane_publisher& operator=(const lane_publisher&) = delete;

  /// Before the lane runs. Its io_context outlives the connections: see close().
  void attach(boost::asio::io_context& io);
  /// After the lane has stopped, while it is there: settles what is left and lets go of its io_context.
  void close();

  /// Any thread; from another one than the lane's, batches travel through an inbox, in the order of the calls.
  /// NOLINTNEXTLINE(bugprone-exception-escape): see there.
  void publish(std::unique_ptr<batch> sealed) noexcept override;
  /// Any thread.
  void withdraw(batch_home& home, std::vector<const ack*> late) override;

  /// Any thread, while the lane runs.
  void set_cluster(std::shared_ptr<const cluster> seen);
  /// Any thread but the lane's, while the lane runs. Settles everything, and what comes later. Returns how many records
  /// that were.
  std::uint64_t abandon();
  /// Any thread.
  [[nodiscard]] lane_state state() const;
  /// Any thread: state().unreached alone.
  [[nodiscard]] std::vector<std::int32_t> unreached() const;

 private:
  /// Tells, on the lane's thread, that a fence's clients have their answers; outlives the publisher in batches' tokens.
  struct answer_teller {
    std::mutex mutex;
    lane_publisher* to = nullptr;
  };
  [[nodiscard]] static sender_settings telling(sender_settings sending, std::shared_ptr<answer_teller> teller);
  void on_answered(fence_id fence);
  void take_inbox();
  void take_back(const withdrawal& from);
  void take_cluster(std::shared_ptr<const cluster> seen);
  void pump_soon();
  void pump();
  void request_metadata(clock::time_point now);
  void keep_ticking(clock::time_point now);
  void on_tick();
  void touch_leaders(clock::time_point now);
  void report(clock::time_point now);
  client::connection* connection_to(std::int32_t broker);

  client::connection_settings connecting_;
  lane_requests requests_;
  std::shared_ptr<answer_teller> teller_;  // co-owned by the tokens of batches that failed
  sender sender_;
  std::shared_ptr<const cluster> cluster_;  // co-owned by the other lanes' publishers
  boost::asio::io_context* io_ = nullptr;
  std::unique_ptr<
      boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, boost::asio::io_context::executor_type>>
      ticker_;
  std::unordered_map<std::int32_t, std::unique_ptr<client::connection>> connections_;
  std::vector<std::int32_t> brokers_needed_;
  bool pump_posted_ = false;
  clock::time_point tick_due_ = clock::time_point::max();
  bool wants_metadata_ = false;
  clock::time_point metadata_request_due_{};
  clock::time_point report_due_{};

  std::mutex inbox_mutex_;
  std::vector<std::unique_ptr<batch>> inbox_;  // of other lanes; bounded by the in-flight budget
  std::vector<std::unique_ptr<batch>> taken_;

  mutable std::mutex state_mutex_;
  lane_state state_;
};

}  // namespace batching::kafka::producer
