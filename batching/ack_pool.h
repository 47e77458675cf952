// The acks of one lane, reused. Lane thread only. How many there are is bounded by the requests in flight; how many
// idle ones are kept is idle_max.
#pragma once

#include <memory>
#include <vector>

#include "batching/ack.h"

namespace batching {

class ack_pool final : public ack_owner {
 public:
  static constexpr std::size_t idle_max = 1024;
  static constexpr std::size_t idle_bytes_max = 8192;  // an ack that holds more gives its memory back

  /// `budget`: what large acks are charged to while they are in use; nullptr: nowhere (tests).
  explicit ack_pool(in_flight* budget = nullptr) : budget_(budget) { idle_.reserve(idle_max); }
  ~ack_pool();
  ack_pool(const ack_pool&) = delete;
  ack_pool& operator=(const ack_pool&) = delete;

  [[nodiscard]] ack& take();
  /// `idle` came from take() and has nothing open.
  void take_back(ack& idle) noexcept override;
  [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }

 private:
  std::vector<std::unique_ptr<ack>> idle_;
  in_flight* budget_;
  std::size_t in_use_ = 0;
};

}  // namespace batching
