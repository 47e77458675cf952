// Kafka for store partitions, in memory: one log a partition, owners of it on the lanes of a gateway, all steered from
// the test's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/ownership/lane_partitions.h"
#include "tests/store/fake_owned_partition.h"

namespace tests {

/// The records in Kafka: they outlive the gateways that write to it.
class fake_log {
 public:
  using partition_id = std::pair<std::string, std::int32_t>;

  std::vector<store::testing::logged>& of(const std::string& topic, std::int32_t partition) {
    const std::lock_guard lock(mutex_);
    return logs_[{topic, partition}];
  }
  /// All records of a topic, partition by partition. Not while a gateway writes.
  [[nodiscard]] std::vector<store::testing::logged> records(const std::string& topic) {
    std::vector<store::testing::logged> all;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, log] : logs_)
      if (id.first == topic) all.insert(all.end(), log.begin(), log.end());
    return all;
  }

 private:
  std::mutex mutex_;
  std::map<partition_id, std::vector<store::testing::logged>> logs_;
};

class fake_lane_partitions final : public store::ownership::lane_partitions {
 public:
  fake_lane_partitions(fake_log& log, boost::asio::io_context& on) : log_(&log), on_(&on) {}

  store::owned_partition& open(std::shared_ptr<batching::topic> of, std::int32_t partition,
                               const store::log_position& from, store::log_sink& sink,
                               store::ownership_events& events) override {
    opened_.push_back(
        std::make_unique<store::testing::fake_owned_partition>(log_->of(of->name(), partition), sink, events));
    store::testing::fake_owned_partition& p = *opened_.back();
    p.on_append = [this, &p] { settle_later(p); };
    p.on_prove = [this, &p] {
      if (holds_) return;
      boost::asio::post(*on_, [&p] {
        for (const auto& done : std::exchange(p.proofs, {})) done(p.is_serving);
      });
    };
    boost::asio::post(*on_, [&p, next = from.next_offset] {
      if (!p.is_closed) p.gain(next);
    });
    return p;
  }
  void close(store::owned_partition& which) override {
    for (const auto& p : opened_) {
      if (p.get() != &which) continue;
      if (!p->under_way.empty()) p->settle(batching::outcome::possibly_persisted);
      p->is_serving = false;
      p->is_closed = true;
    }
  }

  /// Once no lane runs any more: appends that were held have an unknown fate.
  void end() {
    for (const auto& p : opened_)
      if (!p->is_closed) close(*p);
  }

  // From the test's thread.
  /// From now on appends and proofs wait.
  void hold() {
    run([this] { holds_ = true; });
  }
  void release() {
    run([this] {
      holds_ = false;
      for (const auto& p : opened_)
        if (!p->is_closed && !p->under_way.empty()) p->settle();
    });
  }
  /// The next appends are settled so.
  void settle_as(batching::outcome fate, batching::reason why = batching::reason::none) {
    run([this, fate, why] {
      fate_ = fate;
      why_ = why;
    });
  }
  void gain_all() {
    run([this] {
      for (const auto& p : opened_) p->gain(p->status().next_offset);
    });
  }
  void lose_all() {
    run([this] {
      for (const auto& p : opened_)
        if (!p->is_closed) p->lose();
    });
  }
  /// Until everything that was posted before has run.
  void run(const std::function<void()>& f) {
    std::promise<void> done;
    boost::asio::post(*on_, [&] {
      f();
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  void settle_later(store::testing::fake_owned_partition& p) {
    if (holds_) return;
    boost::asio::post(*on_, [this, &p] {
      if (!p.under_way.empty()) p.settle(fate_, why_);
    });
  }

  fake_log* log_;
  boost::asio::io_context* on_;
  std::vector<std::unique_ptr<store::testing::fake_owned_partition>> opened_;
  bool holds_ = false;
  batching::outcome fate_ = batching::outcome::persisted;
  batching::reason why_ = batching::reason::none;
};

}  // namespace tests
