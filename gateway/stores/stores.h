// The store partitions of this process, spread over its lanes like all partitions, and the ways to them from any lane.
// As a publisher it takes the batches of ordinary requests: those of store topics become appends, all others go on to
// the publisher behind it. Built by app; outlives the lanes' sessions.
#pragma once

#include <chrono>
#include <cstdint>
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
#include "gateway/stores/bundle.h"
#include "gateway/stores/peers.h"
#include "gateway/stores/place.h"
#include "store/index.h"
#include "store/ownership/lane_partitions.h"
#include "store/partition.h"
#include "store/topic_check.h"

namespace gateway::stores {

class index_rebuild;

class stores final : public batching::publisher, private ::store::partition_notices {
 public:
  /// `others` takes what is for no store.
  explicit stores(batching::publisher& others) noexcept;
  ~stores() override;

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
  /// Once, before the lanes run: who is asked for partitions that are served elsewhere. Outlives the lanes.
  void set_peers(peers& others) noexcept { peers_ = &others; }
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
  /// Any thread: the log of every partition was read to its end once.
  [[nodiscard]] bool are_warm() const;
  /// Once the lanes stand still, while they are there.
  void close();

  /// Any thread. nullptr: not a store's, or not known yet.
  [[nodiscard]] place* find(std::uint32_t topic_id, std::int32_t partition) const;
  [[nodiscard]] std::vector<place*> all() const;
  /// Any thread. The instance that serves a partition, by name: this one or another; empty: nobody is known, or there
  /// is no group.
  [[nodiscard]] std::string owner_of(const place& of) const;

  // Any lane.
  void append(place& to, const std::shared_ptr<append_job>& job);
  /// `done` on the asking lane, once the partition is served here, or is known to be served by another instance that
  /// can be asked (not with `only_here`), or neither in time.
  void seek(place& at, runtime::lane& asking, bool only_here, std::function<void(whereabouts)> done);
  /// Behind whereabouts::elsewhere: `done` on the asking lane with the answer of the partition's owner, which is asked
  /// again while nobody has the partition, until place::serving_patience is over. nullopt: it is served here by now.
  void read_elsewhere(place& at, runtime::lane& asking, remote_read what,
                      std::function<void(std::optional<remote_piece>)> done);
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
  struct remote_look;                             // a read that is passed on
  using shared_bundle = std::shared_ptr<bundle>;  // co-owned by whatever it waits for
  [[nodiscard]] shared_bundle make_bundle(place& at, bool only_here, std::chrono::milliseconds time_max);
  void route(const shared_bundle& what);
  void forward(const shared_bundle& what);
  void on_forwarded(const shared_bundle& what, const std::string& owner, forwarding how,
                    std::span<const ::store::append_answer> results);
  void look_elsewhere(const std::shared_ptr<remote_look>& what);
  [[nodiscard]] bool has_other_owner(const batching::topic& of, std::int32_t partition) const;
  void on_version_mismatch(const batching::topic& of, std::int32_t partition,
                           const ::store::version_mismatch& what) override;
  void on_index_failed(const batching::topic& of, std::int32_t partition, const std::string& why) override;

  static constexpr std::chrono::milliseconds ask_again_after{50};  // another instance, where it was not the owner

  batching::publisher* others_;
  peers* peers_ = nullptr;                            // nullptr: there is no group
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
