// A store partition, the lane it lives on, and what waits for it to be served: here, or by another instance. On its
// lane, but for what says "any thread". Built by stores.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "batching/batch.h"
#include "batching/topic.h"
#include "gateway/runtime/lane.h"
#include "gateway/stores/event_ids.h"
#include "store/ownership/lane_partitions.h"
#include "store/partition.h"

namespace gateway::stores {

/// The place where a partition is served.
enum class whereabouts : std::uint8_t { here, elsewhere, nowhere };

class place {
 public:
  using time_point = batching::clock::time_point;
  using next = std::function<void(whereabouts)>;

  /// `has_other_owner`: whether another instance is known that can be asked. Any thread.
  place(std::unique_ptr<::store::partition> p, runtime::lane& on, std::function<bool()> has_other_owner) noexcept
      : partition_(std::move(p)),
        on_(&on),
        has_other_owner_(std::move(has_other_owner)),
        look_(std::in_place, on.io()) {}

  [[nodiscard]] ::store::partition& partition() noexcept { return *partition_; }
  [[nodiscard]] const ::store::partition& partition() const noexcept { return *partition_; }
  [[nodiscard]] runtime::lane& on() noexcept { return *on_; }

  /// How long what comes waits for a partition that is served nowhere: it starts, or moves.
  static constexpr std::chrono::milliseconds serving_patience{2000};
  static constexpr std::chrono::milliseconds look_every{25};
  static constexpr std::size_t parked_max = 10'000;

  /// Any thread: it has been served once, or is given up.
  [[nodiscard]] bool has_begun() const noexcept { return has_begun_.load(std::memory_order_relaxed); }
  /// Any thread: another instance should have it, or we.
  void note_ours(bool ours) noexcept {
    ours_.store(ours, std::memory_order_relaxed);
    if (!ours) has_begun_.store(true, std::memory_order_relaxed);
  }

  /// Any thread: it is given up, nobody waits for it.
  void give_up() noexcept { has_begun_.store(true, std::memory_order_relaxed); }
  /// Any thread: Kafka is not set up for it, so it is not served.
  [[nodiscard]] bool is_unfit() const noexcept { return is_unfit_.load(std::memory_order_relaxed); }
  void set_unfit(bool is) noexcept { is_unfit_.store(is, std::memory_order_relaxed); }

  /// Any thread: what it is read by cannot be used.
  void report_index_failure(const std::string& why) const {
    if (on_index_failure) on_index_failure(why);
  }
  std::function<void(const std::string& why)> on_index_failure;  // set once, before it is used

  /// Reads its log, and owns it where it should, over `owned`.
  void open_driver(std::shared_ptr<batching::topic> of, ::store::ownership::lane_partitions& owned);
  /// The same again, after close_driver().
  void open_driver();
  void close_driver();
  void pump_soon();
  struct wanted {
    bool only_here = false;  // it was passed on to us, and goes no further
    time_point until{};
    time_point not_before{};  // before it another instance is not asked (again)
  };
  /// Calls `then` once, now or later: `here` when it is served, `elsewhere` when another instance can be asked,
  /// `nowhere` when neither is so in time.
  void seek(const wanted& how, next then);
  /// It is served now.
  void on_serving();
  /// The process ends: whatever waits is answered.
  void close();
  [[nodiscard]] bool is_closed() const noexcept { return !look_.has_value(); }
  [[nodiscard]] event_ids& ids() noexcept { return ids_; }

 private:
  struct parked {
    wanted how;
    next then;
  };
  [[nodiscard]] std::optional<whereabouts> place_for(const wanted& how, time_point now) const;
  void look();

  std::unique_ptr<::store::partition> partition_;
  runtime::lane* on_;
  std::shared_ptr<batching::topic> topic_;                // co-owned by the topic table
  ::store::ownership::lane_partitions* owned_ = nullptr;  // of its lane
  std::function<bool()> has_other_owner_;
  bool pump_is_posted_ = false;
  bool looks_ = false;
  std::atomic<bool> has_begun_{false};
  std::atomic<bool> ours_{true};
  std::atomic<bool> is_unfit_{false};
  std::deque<parked> parked_;
  std::optional<boost::asio::steady_timer> look_;  // until close(): the lane goes before we do
  event_ids ids_;
};

}  // namespace gateway::stores
