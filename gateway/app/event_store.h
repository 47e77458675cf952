// The event store in the process: its index, its partitions over the lanes, and a driver on each lane that owns them at
// Kafka. Nothing of it runs where no topic is a store. Built and ended by application.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "batching/cluster.h"
#include "batching/librdkafka/group_member.h"
#include "batching/librdkafka/group_watch.h"
#include "batching/publisher.h"
#include "batching/topic_table.h"
#include "gateway/config/settings.h"
#include "gateway/frames/session.h"
#include "gateway/peers/peer_group.h"
#include "gateway/runtime/lane.h"
#include "gateway/stores/stores.h"
#include "gateway/stores/topic_watch.h"
#include "metrics/snapshot.h"
#include "store/index.h"
#include "store/ownership/lane_driver.h"

namespace gateway::app {

class event_store {
 public:
  // So long an instance reads up before it joins a group whose others serve meanwhile, and so long it waits for word of
  // them.
  static constexpr std::chrono::minutes warm_patience{10};
  static constexpr std::chrono::seconds word_patience{3};

  using driver_factory = std::function<std::unique_ptr<::store::ownership::lane_driver>()>;

  /// `others`: where batches for other topics go.
  explicit event_store(batching::publisher& others) : stores_(others) {}
  ~event_store();
  event_store(const event_store&) = delete;
  event_store& operator=(const event_store&) = delete;

  /// Before the lanes run.
  [[nodiscard]] boost::system::result<void, std::string> start(const std::shared_ptr<const config::settings>& settings,
                                                               const std::vector<runtime::lane*>& lanes,
                                                               const driver_factory& make_driver,
                                                               batching::librdkafka::group_settings group,
                                                               stores::topic_watch::question ask_settings);
  /// Between start() and the publisher's: with a group, the other instances are asked for what they own. `frames`,
  /// `http`: where our listeners are; nullopt: they are off.
  [[nodiscard]] boost::system::result<void, std::string> start_peers(const std::vector<runtime::lane*>& lanes,
                                                                     const std::optional<config::endpoint>& frames,
                                                                     const std::optional<config::endpoint>& http);
  /// The part that the frames' sessions need of it, after start_peers().
  [[nodiscard]] frames::tcp_stores for_frames();
  /// Any thread: there are instances that can take over, and be asked.
  [[nodiscard]] bool has_others() const { return peers_ && peers_->has_others(); }
  /// Leaves the group, so that other instances take over while the last requests are answered.
  void leave();
  /// Any thread.
  void set_topics(const batching::topic_table& topics);
  void set_cluster(const std::shared_ptr<const batching::cluster>& seen);
  /// Once the lanes stand still, while they are there.
  void close();

  [[nodiscard]] stores::stores& stores() noexcept { return stores_; }
  [[nodiscard]] bool is_on() const noexcept { return !drivers_.empty(); }
  /// Any thread.
  void fill(metrics::snapshot& into) const;
  /// A row for each connection to a broker.
  [[nodiscard]] std::vector<metrics::broker_row> brokers_seen() const;

 private:
  [[nodiscard]] boost::system::result<void, std::string> open_index(const config::store_settings& how);

  void join_when_warm(const std::stop_token& stop, std::vector<std::string> topics);
  void join(std::vector<std::string> topics);
  void watch(const std::vector<std::string>& there);
  void take_verdicts(const std::vector<::store::topic_verdict>& all);
  void fill_forwarded(metrics::store_state& into) const;

  std::shared_ptr<const config::settings> settings_;
  std::string temporary_;  // the folder to be removed at the end; empty: none
  ::store::index index_;
  stores::stores stores_;
  std::vector<std::unique_ptr<::store::ownership::lane_driver>> drivers_;  // by lane; end before what they call
  batching::librdkafka::group_settings group_;
  stores::topic_watch watch_;
  std::mutex joining_;
  std::vector<std::string> joined_;  // topics of the group
  bool draining_ = false;
  std::string peer_secret_;  // empty: peers prove nothing
  std::string own_name_;
  std::unique_ptr<peers::peer_group> peers_;                        // nullptr: nobody is asked
  std::unique_ptr<batching::librdkafka::group_watch> group_watch_;  // likewise; ends before what it calls
  std::unique_ptr<batching::librdkafka::group_member> member_;      // nullptr: this instance is the only one
  std::vector<std::string> to_join_;  // topics that joiner_ is about; the directory's thread
  std::jthread joiner_;
};

}  // namespace gateway::app
