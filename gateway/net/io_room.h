// The part of the in-flight budget that requests in receipt and answers not yet read may hold, over all connections of
// a listener: half of it, so that slow clients with large bodies leave room for everybody else's events. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "batching/in_flight.h"

namespace gateway::net {

class io_room {
 public:
  explicit io_room(batching::in_flight& budget) noexcept
      : budget_(&budget), share_(budget.share_bytes(), budget.share_bytes(), budget.share_bytes() - 1) {}

  [[nodiscard]] bool reserve(std::size_t bytes) noexcept {
    const auto n = static_cast<std::int64_t>(bytes);
    if (!share_.reserve(n)) return false;
    if (budget_->reserve(n)) return true;
    share_.release(n);
    return false;
  }
  void release(std::size_t bytes) noexcept {
    budget_->release(static_cast<std::int64_t>(bytes));
    share_.release(static_cast<std::int64_t>(bytes));
  }

 private:
  batching::in_flight* budget_;
  batching::in_flight share_;
};

}  // namespace gateway::net
