// The progress of a projector: counted by its thread, read by the thread that answers a scrape or the status page.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace readmodel::project {

struct partition_progress {
  std::int64_t next = -1;          // everything before is in Cassandra
  std::int64_t end = -1;           // of the log
  std::int64_t last_event_ms = 0;  // timestamp of the last event that was folded
};

class progress {
 public:
  std::atomic<std::uint64_t> folded{0};
  std::atomic<std::uint64_t> repeated{0};
  std::atomic<std::uint64_t> ignored{0};
  std::atomic<std::uint64_t> fenced{0};
  std::atomic<std::uint64_t> poisoned{0};
  std::atomic<std::uint64_t> missing{0};  // gone from the log before they were folded, and accepted
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> states_read{0};
  std::atomic<std::uint64_t> states_written{0};
  std::atomic<std::uint64_t> rows_written{0};
  std::atomic<std::uint64_t> rows_refused{0};  // without a key that Cassandra would take
  std::atomic<std::uint64_t> rebalances{0};
  std::atomic<std::uint64_t> pauses{0};  // the projector left its group because Cassandra did not answer
  std::atomic<int> generation{0};

  void set(std::int32_t partition, partition_progress to) {
    const std::lock_guard lock(mutex_);
    partitions_[partition] = to;
  }
  void forget(std::int32_t partition) {
    const std::lock_guard lock(mutex_);
    partitions_.erase(partition);
  }
  [[nodiscard]] std::map<std::int32_t, partition_progress> partitions() const {
    const std::lock_guard lock(mutex_);
    return partitions_;
  }
  void set_trouble(const std::string& text) {
    const std::lock_guard lock(mutex_);
    trouble_ = text;
  }
  [[nodiscard]] std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::int32_t, partition_progress> partitions_;
  std::string trouble_;
};

}  // namespace readmodel::project
