// The rest of the process as lanes see it, for tests: ready unless told otherwise; a refresh of topics brings
// whatever was added with add_topic() and publishes it to the lanes.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/runtime/lane.h"

namespace tests {

class fake_world final : public gateway::runtime::world {
 public:
  [[nodiscard]] std::string not_ready_reason() const override;
  [[nodiscard]] int retry_after_seconds() const noexcept override { return 7; }
  void refresh_topics(gateway::runtime::lane& asking, std::function<void(bool answered)> done) override;

  [[nodiscard]] std::shared_ptr<const batching::cluster> cluster() const override;

  void set_not_ready(std::string reason);
  /// From now on cluster() is known: one of that id, with one broker.
  void name_cluster(std::string id);
  /// From now on refresh_topics() never ends.
  void fall_silent() noexcept { silent_ = true; }
  /// From now on refresh_topics() ends without an answer of Kafka.
  void go_away() noexcept { away_ = true; }
  /// Seen by the lanes after the next refresh_topics() or show_topics().
  void add_topic(const std::string& name, std::int32_t partitions);
  void show_topics(gateway::runtime::lane& to);
  [[nodiscard]] batching::topic_table topics() const {
    const std::lock_guard lock(mutex_);
    return batching::topic_table(topics_);
  }
  [[nodiscard]] int refreshes() const noexcept { return refreshes_; }

 private:
  mutable std::mutex mutex_;
  std::string reason_;
  std::shared_ptr<const batching::cluster> cluster_;
  batching::topic_table::map topics_;
  std::atomic<int> refreshes_{0};
  std::atomic<bool> silent_{false};
  std::atomic<bool> away_{false};
};

}  // namespace tests
