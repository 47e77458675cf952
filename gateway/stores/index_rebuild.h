// Makes the index anew while the process runs, once it could not be read or written: the store partitions stand down,
// the index is thrown away, and they fold their logs again. On a thread of its own, as the disk may be slow. One beside
// the stores.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/stores/stores.h"

namespace gateway::stores {

class index_rebuild {
 public:
  struct pauses {
    std::chrono::milliseconds first{5'000};  // doubled up to the longest while it fails again and again
    std::chrono::milliseconds longest{60'000};
    std::chrono::milliseconds steady{600'000};         // after so long without a failure the next pause is the first
    std::chrono::milliseconds append_patience{2'000};  // for an append under way to be settled
  };

  index_rebuild(stores& of, ::store::index& index, pauses between) : stores_(&of), index_(&index), between_(between) {}
  ~index_rebuild() { stop(); }
  index_rebuild(const index_rebuild&) = delete;
  index_rebuild& operator=(const index_rebuild&) = delete;

  /// Any thread; at once or as soon as the pause is over. Several wishes are one.
  void want(const std::string& why);
  /// While the lanes are there. They may stand still already.
  void stop();

 private:
  using clock = std::chrono::steady_clock;

  void run();
  void rebuild(std::unique_lock<std::mutex>& lock);
  void on_every_place(std::unique_lock<std::mutex>& lock, const std::function<void(place&)>& does);
  void await_quiet(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool begin_anew(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::chrono::milliseconds next_pause();

  stores* stores_;
  ::store::index* index_;
  pauses between_;
  std::chrono::milliseconds pause_{0};
  clock::time_point rebuilt_at_{};

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_wanted_ = false;
  bool stopping_ = false;
  std::string why_;
  std::size_t open_tasks_ = 0;
  std::thread thread_;  // from the first wish on
};

}  // namespace gateway::stores
