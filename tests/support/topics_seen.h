// The topics that a publisher has learned of, and a wait for one of them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "batching/topic_table.h"

namespace tests {

class topics_seen {
 public:
  /// Any thread: the publisher's on_topics.
  void set(std::shared_ptr<const batching::topic_table> table) {
    const std::lock_guard lock(mutex_);
    table_ = std::move(table);
    changed_.notify_all();
  }

  /// nullptr: it did not show up within 15 s.
  [[nodiscard]] std::shared_ptr<batching::topic> wait_for(const std::string& name) {
    std::unique_lock lock(mutex_);
    const auto known = [&] { return table_ && table_->find(name) != nullptr; };
    return changed_.wait_for(lock, std::chrono::seconds(15), known) ? table_->find(name)->shared : nullptr;
  }

  /// As the newest table has it.
  [[nodiscard]] bool is_compacted(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto* known = table_ ? table_->find(name) : nullptr;
    return known != nullptr && known->is_compacted;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const batching::topic_table> table_;
};

}  // namespace tests
