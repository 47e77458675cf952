// Does something a moment later, while the test waits for it; waits for its end itself.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace loadgen_tests {

class later {
 public:
  static constexpr std::chrono::milliseconds moment{600};

  explicit later(std::function<void()> what)
      : thread_([what = std::move(what)] { std::this_thread::sleep_for(moment), what(); }) {}
  ~later() { thread_.join(); }
  later(const later&) = delete;
  later& operator=(const later&) = delete;

 private:
  std::thread thread_;
};

}  // namespace loadgen_tests
