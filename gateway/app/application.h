// The gateway as a whole, and the only wiring: builds everything from finished settings, top down, runs until it is
// told to stop, and drains. Built once by main.
//
//   lanes (one thread each)        publisher               admin lane (its own thread)
//   sockets, sessions, batches ──> librdkafka ──reports──> lane 0 serves them    signals, metrics, status page,
//   readiness
#pragma once

#include <atomic>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "batching/in_flight.h"
#include "batching/kafka/client/tls_files.h"
#include "batching/kafka/producer/lane_publisher.h"
#include "batching/kafka/producer/partition_owners.h"
#include "batching/librdkafka/publisher.h"
#include "batching/librdkafka/statistics.h"
#include "batching/topics/consumer_lag.h"
#include "gateway/api/admin/view.h"
#include "gateway/app/event_store.h"
#include "gateway/app/first_contact.h"
#include "gateway/app/listener_tls.h"
#include "gateway/auth/authority.h"
#include "gateway/config/reload.h"
#include "gateway/config/settings.h"
#include "gateway/frames/session.h"
#include "gateway/http1/sessions.h"
#include "gateway/ingress/door.h"
#include "gateway/lines/session.h"
#include "gateway/net/connection_limit.h"
#include "gateway/net/listener.h"
#include "gateway/runtime/lane.h"
#include "gateway/runtime/readiness.h"

namespace gateway::app {

/// Reads the settings as they are written now, for SIGHUP. The error is logged.
using reload_source = std::function<boost::system::result<config::settings, std::string>()>;

class application final : public runtime::world {
 public:
  application(config::settings settings, reload_source reload);
  ~application();
  application(const application&) = delete;
  application& operator=(const application&) = delete;

  // Of the admin lane's own, so that clients cannot keep a scraper, a probe or a person out.
  static constexpr std::uint32_t admin_connections_max = 256;
  static constexpr std::int64_t admin_bytes_max = 16 << 20;  // requests in receipt and answers not yet read

  /// Until SIGTERM or SIGINT, then drained. Returns the exit code: 0 all settled, 1 could not start, 4 records
  /// unsettled.
  int run();

  // world, for the lanes.
  [[nodiscard]] std::string not_ready_reason() const override { return readiness_.not_ready_reason(); }
  [[nodiscard]] int retry_after_seconds() const noexcept override { return readiness_.retry_after_seconds(); }
  void refresh_topics(runtime::lane& asking, std::function<void(bool answered)> done) override;
  [[nodiscard]] std::shared_ptr<const batching::cluster> cluster() const override;

 private:
  // Start.
  [[nodiscard]] boost::system::result<void, std::string> start();
  [[nodiscard]] boost::system::result<void, std::string> open_listeners();
  [[nodiscard]] boost::system::result<void, std::string> listen(const std::optional<config::endpoint>& at,
                                                                metrics::listener kind,
                                                                std::span<runtime::lane* const> on,
                                                                net::connection_limit& limit,
                                                                std::unique_ptr<net::listener>& to);
  void start_lag();
  void watch_first_contact();
  void start_sessions();
  void start_threads();
  void serve_publisher();
  void take_topics(std::shared_ptr<const batching::topic_table> topics);
  void say_started() const;

  // While it runs, on the admin lane (watch.cpp, signals.cpp, observe.cpp).
  void watch_readiness();
  [[nodiscard]] int unreached_percent() const;
  void announce_once_ready();
  void report_pressure();
  void await_signal();
  void on_signal(int signal);
  void reload();
  [[nodiscard]] metrics::snapshot observe() const;
  void add_topics(metrics::snapshot& into) const;

  // The end (drain.cpp).
  void drain();
  [[nodiscard]] std::uint64_t unsettled_records() const noexcept;
  [[nodiscard]] bool is_idle() const noexcept;
  int finish();

  // Kafka (kafka_wiring.cpp).
  [[nodiscard]] batching::librdkafka::producer_settings producer_settings() const;
  [[nodiscard]] batching::librdkafka::client_credentials credentials_of_librdkafka() const;
  [[nodiscard]] batching::topics::directory_settings directory_settings() const;
  [[nodiscard]] std::unique_ptr<batching::kafka::producer::lane_publisher> make_direct_publisher();
  [[nodiscard]] batching::kafka::client::connection_settings connection_settings() const;
  [[nodiscard]] std::unique_ptr<::store::ownership::lane_driver> make_store_driver();
  [[nodiscard]] batching::librdkafka::group_settings store_group() const;
  [[nodiscard]] stores::topic_watch::question store_question() const;
  void secure_direct();
  void tell_publisher() const;
  [[nodiscard]] batching::publisher& publisher_of_lanes() noexcept;
  [[nodiscard]] std::function<void(std::shared_ptr<const batching::cluster>)> cluster_listener();
  void add_direct(metrics::snapshot& into) const;

  std::shared_ptr<const config::settings> settings_;  // as started; co-owned by the lanes
  std::shared_ptr<const config::settings> in_force_;  // after reloads; admin lane
  reload_source reload_;
  batching::in_flight budget_;
  batching::in_flight admin_budget_;
  runtime::readiness readiness_;
  net::connection_limit connections_;
  net::connection_limit admin_connections_;
  mutable std::mutex topics_mutex_;
  std::shared_ptr<const batching::topic_table> topics_;  // the newest; co-owned by the lanes
  std::shared_ptr<const batching::cluster> cluster_;     // the newest; co-owned by publishers and by who is showing it
  batching::librdkafka::statistics_book statistics_;
  std::shared_ptr<batching::kafka::client::login::token_source> tokens_;  // co-owned by all logins; nullptr: none
  batching::librdkafka::publisher publisher_;                 // watches metadata; publishes, where it is the chosen one
  std::shared_ptr<batching::kafka::client::tls_source> tls_;  // co-owned by the lanes; nullptr: plain
  std::shared_ptr<batching::kafka::client::login::credentials> login_;  // co-owned by the lanes; nullptr: none
  std::vector<std::unique_ptr<batching::kafka::producer::lane_publisher>>
      direct_;  // by lane; empty: librdkafka publishes
  batching::kafka::producer::partition_owners owners_;
  event_store store_;
  std::unique_ptr<first_contact> first_contact_;         // nullptr before the start
  std::unique_ptr<batching::topics::consumer_lag> lag_;  // nullptr: no groups configured
  std::unique_ptr<auth::authority> authority_;           // nullptr: nobody has to say who they are
  std::optional<ingress::doors> doors_, admin_door_;     // outlive the lanes, whose last handlers hold sessions
  std::vector<std::unique_ptr<runtime::lane>> lanes_;
  runtime::lane admin_;
  api::admin::admin_view admin_view_;
  std::unique_ptr<http1::http_sessions> http_sessions_, admin_sessions_;
  std::unique_ptr<frames::tcp_sessions> tcp_sessions_;
  std::unique_ptr<lines::lines_sessions> lines_sessions_;
  listener_tls tls_of_listeners_;
  std::unique_ptr<net::listener> http_, tcp_, lines_, admin_http_;
  std::optional<boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>>
      publisher_events_;  // lane 0
  boost::asio::signal_set signals_;
  boost::asio::steady_timer readiness_timer_;
  std::vector<std::jthread> threads_;
  bool announced_ = false;
  // So long "headgate ready" waits for store partitions to be folded and owned; events of other topics are taken
  // meanwhile.
  static constexpr std::chrono::seconds store_patience{15};
  batching::clock::time_point store_patience_until_ = batching::clock::now() + store_patience;
  bool was_ready_ = false;
  bool was_paused_ = false;
  std::uint64_t abandoned_ = 0;  // records the drain did not see settled
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> lanes_draining_{0};  // those that have taken their last connections
};

}  // namespace gateway::app
