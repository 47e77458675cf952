// A lane that stands still while this lives: what clients send meanwhile stays in the kernel.
#pragma once

#include <boost/asio/post.hpp>
#include <latch>

#include "gateway/runtime/lane.h"

namespace tests {

class held_lane {
 public:
  explicit held_lane(gateway::runtime::lane& which) {
    boost::asio::post(which.io(), [this] {
      stands_.count_down();
      released_.wait();
      left_.count_down();
    });
    stands_.wait();
  }
  ~held_lane() {
    released_.count_down();
    left_.wait();
  }
  held_lane(const held_lane&) = delete;
  held_lane& operator=(const held_lane&) = delete;

 private:
  std::latch stands_{1};
  std::latch released_{1};
  std::latch left_{1};
};

}  // namespace tests
