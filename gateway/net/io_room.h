// The part of the in-flight budget that clients of one listener may hold who have not finished: 3/16 of it for requests
// in receipt, and never less than one largest request; 1/16 for answers that nobody reads yet. So neither kind takes
// the other's room, and both together never pause the gateway. Any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "batching/in_flight.h"

namespace gateway::net {

class io_room {
 public:
  /// `largest_bytes`: one request, with its head.
  io_room(batching::in_flight& budget, std::size_t largest_bytes) noexcept
      : budget_(&budget),
        requests_max_(std::max(budget.limit_bytes() / 16 * 3, static_cast<std::int64_t>(largest_bytes))),
        answers_max_(budget.limit_bytes() / 16) {}

  /// For a request in receipt. False: nothing was taken.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept {
    const auto n = static_cast<std::int64_t>(bytes);
    if (requests_.fetch_add(n, std::memory_order_relaxed) + n <= requests_max_ && budget_->reserve(n)) return true;
    requests_.fetch_sub(n, std::memory_order_relaxed);
    return false;
  }
  /// For what was read already, after has() was asked: lanes that ask at once may go beyond by one read each.
  void charge(std::size_t bytes) noexcept {
    requests_.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
    budget_->charge(static_cast<std::int64_t>(bytes));
  }
  [[nodiscard]] bool has(std::size_t bytes) const noexcept {
    return requests_.load(std::memory_order_relaxed) + static_cast<std::int64_t>(bytes) <= requests_max_;
  }
  void release(std::size_t bytes) noexcept {
    budget_->release(static_cast<std::int64_t>(bytes));
    requests_.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
  }

  /// For an answer that its socket does not take. One always finds room, however large. False: nothing was taken.
  [[nodiscard]] bool reserve_answer(std::size_t bytes) noexcept {
    const auto n = static_cast<std::int64_t>(bytes);
    const std::int64_t before = answers_.fetch_add(n, std::memory_order_relaxed);
    if ((before == 0 || before + n <= answers_max_) && budget_->reserve(n)) return true;
    answers_.fetch_sub(n, std::memory_order_relaxed);
    return false;
  }
  void release_answer(std::size_t bytes) noexcept {
    budget_->release(static_cast<std::int64_t>(bytes));
    answers_.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
  }
  /// So little is left that an answer may find none: who does not read makes room.
  [[nodiscard]] bool is_nearly_full_of_answers() const noexcept {
    return answers_.load(std::memory_order_relaxed) > answers_max_ / 4 * 3;
  }

  /// One connection at a time may go beyond the room: however many wait with a part of their requests, one goes on.
  [[nodiscard]] bool take_overdraft() noexcept { return !overdrawn_.exchange(true, std::memory_order_relaxed); }
  void give_back_overdraft() noexcept { overdrawn_.store(false, std::memory_order_relaxed); }

  void begin_holding() noexcept { holders_.fetch_add(1, std::memory_order_relaxed); }
  void end_holding() noexcept { holders_.fetch_sub(1, std::memory_order_relaxed); }
  void begin_waiting() noexcept { waiting_.fetch_add(1, std::memory_order_relaxed); }
  void end_waiting() noexcept { waiting_.fetch_sub(1, std::memory_order_relaxed); }
  /// Others need the room.
  [[nodiscard]] bool is_crowded() const noexcept { return waiting_.load(std::memory_order_relaxed) > 0; }
  /// Is `bytes` no small part of it, for one connection: half of an equal share or more?
  [[nodiscard]] bool is_much(std::size_t bytes) const noexcept {
    const std::int64_t holders = std::max<std::int64_t>(holders_.load(std::memory_order_relaxed), 1);
    return static_cast<std::int64_t>(bytes) >= requests_max_ / holders / 2;
  }

 private:
  batching::in_flight* budget_;
  std::int64_t requests_max_;
  std::int64_t answers_max_;
  std::atomic<std::int64_t> requests_{0};
  std::atomic<std::int64_t> answers_{0};
  std::atomic<std::int64_t> holders_{0};  // connections that hold some of requests_
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<bool> overdrawn_{false};
};

}  // namespace gateway::net
