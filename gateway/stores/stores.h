// The store partitions of this process, spread over its lanes like all partitions, and the ways to them from any lane.
// As a publisher it takes the batches of ordinary requests: those of store topics become appends, all others go on to
// the publisher behind it. Built by app; outlives the lanes' sessions.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batching/publisher.h"
#include "batching/topic_table.h"
#include "gateway/runtime/lane.h"
#include "gateway/stores/append_job.h"
#include "gateway/stores/event_ids.h"
#include "store/index.h"
#include "store/ownership/lane_partitions.h"
#include "store/partition.h"
#include "store/topic_check.h"

namespace gateway::stores {

class index_rebuild;

/// A store partition and the lane it lives on.
class place {
 public:
  place(std::unique_ptr<::store::partition> p, runtime::lane& on) noexcept
      : partition_(std::move(p)), on_(&on), patience_(std::in_place, on.io()) {}

  [[nodiscard]] ::store::partition& partition() noexcept { return *partition_; }
  [[nodiscard]] const ::store::partition& partition() const noexcept { return *partition_; }
  [[nodiscard]] runtime::lane& on() noexcept { return *on_; }

  /// The longest wait of requests for a partition that is not served: it starts, or moves.
  static constexpr std::chrono::milliseconds serving_patience{2000};
  static constexpr std::size_t parked_max = 10'000;

  /// Any thread: it has been served once, or is given up.
  [[nodiscard]] bool has_begun() const noexcept { return has_begun_.load(std::memory_order_relaxed); }
  /// Any thread: another instance has it, there is nothing to wait for here.
  void note_not_ours() noexcept { has_begun_.store(true, std::memory_order_relaxed); }

  /// Any thread: Kafka is not set up for it, so it is not served.
  [[nodiscard]] bool is_unfit() const noexcept { return is_unfit_.load(std::memory_order_relaxed); }
  void set_unfit(bool is) noexcept { is_unfit_.store(is, std::memory_order_relaxed); }

  /// Any thread: what it is read by cannot be used.
  void report_index_failure(const std::string& why) const {
    if (on_index_failure) on_index_failure(why);
  }
  std::function<void(const std::string& why)> on_index_failure;  // set once, before it is used

  // On its lane.
  /// Reads its log, and owns it where it should, over `owned`.
  void open_driver(std::shared_ptr<batching::topic> of, ::store::ownership::lane_partitions& owned);
  /// The same again, after close_driver().
  void open_driver();
  void close_driver();
  void pump_soon();
  /// Calls `next(true)` now or when the partition is served, `next(false)` when it is not in time.
  void when_serving(std::function<void(bool is_serving)> next);
  /// It is served now.
  void on_serving();
  /// The process ends: whatever waits is answered.
  void close();
  [[nodiscard]] event_ids& ids() noexcept { return ids_; }

 private:
  std::unique_ptr<::store::partition> partition_;
  runtime::lane* on_;
  std::shared_ptr<batching::topic> topic_;                // co-owned by the topic table
  ::store::ownership::lane_partitions* owned_ = nullptr;  // of its lane
  struct parked {
    batching::clock::time_point until;
    std::function<void(bool)> next;
  };
  void expire_parked();

  bool pump_is_posted_ = false;
  std::atomic<bool> has_begun_{false};
  std::atomic<bool> is_unfit_{false};
  std::deque<parked> parked_;
  std::optional<boost::asio::steady_timer> patience_;  // until close(): the lane goes before we do
  event_ids ids_;
};

class stores final : public batching::publisher, private ::store::partition_notices {
 public:
  /// `others` takes what is for no store.
  explicit stores(batching::publisher& others) noexcept;
  ~stores();

  /// A lane, and what reads and writes store partitions on it.
  struct owning_lane {
    runtime::lane* on;
    ::store::ownership::lane_partitions* owned;
  };
  /// Chooses the lane that writes a partition: (topic id, partition).
  using lane_chooser = std::function<std::size_t(std::uint32_t, std::int32_t)>;

  /// Once, before the lanes run; without it there are no stores.
  void start(std::shared_ptr<const config::settings> settings, ::store::index& index, std::vector<owning_lane> lanes,
             lane_chooser lane_of);
  /// Any thread: opens what is new.
  void set_topics(const batching::topic_table& topics);
  /// Any thread. From the first call on only these are to be owned, (topic, partition); before it, everything.
  void set_assigned(std::set<std::pair<std::string, std::int32_t>> assigned);
  /// From now on a topic is served only once it was judged, and found fit. Before topics are known.
  void demand_verdicts();
  /// Any thread. The last verdict on a topic holds.
  void judge(const std::vector<::store::topic_verdict>& all);
  /// Any thread. Topics that were judged, with why they are not served; empty: they are.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> judged() const;
  /// Why it is not served, for people.
  [[nodiscard]] std::string why_unfit(const place& p) const;
  /// Any thread: every partition that is known has been served once.
  [[nodiscard]] bool have_begun() const;
  /// Once the lanes stand still, while they are there.
  void close();

  /// Any thread. nullptr: not a store's, or not known yet.
  [[nodiscard]] place* find(std::uint32_t topic_id, std::int32_t partition) const;
  [[nodiscard]] std::vector<place*> all() const;
  /// The other instance that may own a partition: "host:port", or empty.
  [[nodiscard]] std::string owner_of(const place&) const { return {}; }

  // Any lane.
  void append(place& to, const std::shared_ptr<append_job>& job);
  /// `done` on the asking lane, once the partition is served here, or is not in time.
  void when_serving(place& at, runtime::lane& asking, std::function<void(bool is_serving)> done);
  /// `done` on the asking lane, unless `is_wanted` says no by then. False: too many wait, or the partition is lost.
  void wait_for(place& at, runtime::lane& asking, ::store::visibility what, std::function<bool()> is_wanted,
                std::function<void(bool is_visible)> done);
  void prove(place& at, runtime::lane& asking, std::function<void(bool is_owner)> done);

  void publish(std::unique_ptr<batching::batch> sealed) noexcept override;
  void withdraw(batching::batch_home& home, std::vector<const batching::ack*> late) override {
    others_->withdraw(home, std::move(late));
  }

 private:
  using places = std::unordered_map<std::uint32_t, std::vector<place*>>;  // by topic id, by partition

  void open(const batching::topic_entry& topic, places& into);
  [[nodiscard]] bool should_own(const std::string& topic, std::int32_t partition) const;
  void apply(const ::store::topic_verdict& v);
  void take(place& at, std::unique_ptr<batching::batch> sealed);
  void on_version_mismatch(const batching::topic& of, std::int32_t partition,
                           const ::store::version_mismatch& what) override;
  void on_index_failed(const batching::topic& of, std::int32_t partition, const std::string& why) override;

  batching::publisher* others_;
  std::shared_ptr<const config::settings> settings_;  // nullptr: there are no stores
  ::store::index* index_ = nullptr;
  std::vector<owning_lane> lanes_;
  lane_chooser lane_of_;
  mutable std::mutex mutex_;
  std::shared_ptr<const places> places_ = std::make_shared<places>();  // swapped whole; co-owned by who looks up
  std::vector<std::unique_ptr<place>> kept_;
  std::unique_ptr<index_rebuild> rebuild_;                                  // nullptr: there are no stores
  std::optional<std::set<std::pair<std::string, std::int32_t>>> assigned_;  // nullopt: everything
  bool demands_verdicts_ = false;
  std::map<std::string, ::store::topic_verdict, std::less<>> verdicts_;  // by topic
};

}  // namespace gateway::stores
