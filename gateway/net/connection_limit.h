// The bound on open connections: one for all listeners of clients (limits.connections_max), one of its
// own for the admin listener, which clients therefore cannot use up. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace gateway::net {

class connection_limit {
 public:
  /// One open connection's place; gives it back when destroyed. A session keeps it as long as its socket.
  class slot {
   public:
    slot() = default;
    slot(slot&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    slot& operator=(slot&& other) noexcept {
      std::swap(of_, other.of_);
      return *this;
    }
    ~slot() {
      if (of_) of_->open_.fetch_sub(1, std::memory_order_relaxed);
    }
    explicit operator bool() const noexcept { return of_ != nullptr; }

   private:
    friend class connection_limit;
    explicit slot(connection_limit* of) noexcept : of_(of) {}
    connection_limit* of_ = nullptr;
  };

  /// `called`: what the bound is called where a person can change it; must outlive this.
  explicit connection_limit(std::uint32_t connections_max, std::string_view called = "limits.connections_max") noexcept
      : max_(connections_max), called_(called) {}
  connection_limit(const connection_limit&) = delete;
  connection_limit& operator=(const connection_limit&) = delete;

  /// An empty slot: there is no room.
  [[nodiscard]] slot take() noexcept {
    if (open_.fetch_add(1, std::memory_order_relaxed) < max_) return slot(this);
    open_.fetch_sub(1, std::memory_order_relaxed);
    return {};
  }
  [[nodiscard]] std::uint32_t max() const noexcept { return max_; }
  [[nodiscard]] std::string_view called() const noexcept { return called_; }
  [[nodiscard]] std::uint32_t open() const noexcept { return open_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> open_{0};
  std::uint32_t max_;
  std::string_view called_;
};

}  // namespace gateway::net
