// A publisher for tests: keeps what it was given and settles it as it was told, at once or when asked. Any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batching/publisher.h"

namespace tests {

struct published {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::optional<std::string> key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
  bool is_tombstone = false;
  std::int64_t timestamp_ms = -1;
};

class fake_publisher final : public batching::publisher {
 public:
  void publish(std::unique_ptr<batching::batch> sealed) noexcept override;

  /// From now on batches wait until release().
  void hold();
  void release();
  /// Settles the oldest of the batches that wait. False: there is none, or only of a stuck partition.
  bool release_one();
  /// From now on this partition's batches wait for release(), whatever else is settled.
  void stick(std::int32_t partition);
  /// From now on every record gets this fate; outcome::persisted is the default.
  void settle_as(batching::outcome fate, batching::reason why = batching::reason::none);

  [[nodiscard]] std::vector<published> records() const;
  [[nodiscard]] std::size_t held() const;

 private:
  void settle(std::unique_ptr<batching::batch> b);

  mutable std::mutex mutex_;
  bool holding_ = false;
  std::int32_t stuck_ = -1;
  batching::outcome fate_ = batching::outcome::persisted;
  batching::reason why_ = batching::reason::none;
  std::deque<std::unique_ptr<batching::batch>> held_;
  std::map<std::pair<std::string, std::int32_t>, std::int64_t> next_offset_;
  std::vector<published> records_;
};

}  // namespace tests
