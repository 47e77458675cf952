// A publisher that keeps what it is given until the test says what became of it, and a home that takes settled batches
// back.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "batching/publisher.h"

namespace batching::testing {

class recording_publisher final : public publisher {
 public:
  void publish(std::unique_ptr<batch> sealed) noexcept override { waiting.push_back(std::move(sealed)); }

  /// Settles the oldest batch as one persisted range from `offset`, and gives it back.
  void persist_oldest(std::int64_t offset) {
    settle_oldest(
        {0, static_cast<std::uint32_t>(waiting.front()->records().size()), outcome::persisted, reason::none, offset});
  }
  void settle_oldest(settled_range range) {
    waiting.front()->settle(range);
    if (!waiting.front()->is_settled()) return;
    auto b = std::move(waiting.front());
    waiting.pop_front();
    batch_home& home = b->home();
    home.take_back(std::move(b));
  }

  std::deque<std::unique_ptr<batch>> waiting;
};

class recording_home final : public batch_home {
 public:
  void take_back(std::unique_ptr<batch> settled) noexcept override { returned.push_back(std::move(settled)); }
  std::vector<std::unique_ptr<batch>> returned;
};

inline std::shared_ptr<topic> make_topic(const std::string& name, std::uint32_t id, std::int32_t partitions) {
  auto t = std::make_shared<topic>(name, id);
  t->grow(partitions);
  return t;
}

}  // namespace batching::testing
