// The leader of a partition by the word of a broker that leads it no more (Produce 10 and later): it holds until
// metadata names another than that broker. Pure. Kept by requesters for each partition.
#pragma once

#include <cstdint>

#include "batching/cluster.h"

namespace batching::kafka::client {

class told_leader {
 public:
  /// `by`: whom metadata names, who has sent us away. False: we do not know where the new one is.
  [[nodiscard]] bool take(std::int32_t leader, std::int32_t by, const cluster* seen) noexcept {
    if (leader < 0 || seen == nullptr || seen->find(leader) == nullptr) return false;
    leader_ = leader;
    by_ = by;
    return true;
  }
  void forget() noexcept { leader_ = -1; }
  [[nodiscard]] std::int32_t leader() const noexcept { return leader_; }
  /// The leader, where metadata names `by_metadata`.
  [[nodiscard]] std::int32_t instead_of(std::int32_t by_metadata, const cluster& seen) const noexcept {
    const bool holds = leader_ >= 0 && by_metadata == by_ && seen.find(leader_) != nullptr;
    return holds ? leader_ : by_metadata;
  }

 private:
  std::int32_t leader_ = -1;
  std::int32_t by_ = -1;
};

}  // namespace batching::kafka::client
