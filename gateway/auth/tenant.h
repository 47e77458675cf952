// A tenant: what it may do (rights, from the settings) and what it uses now (usage, kept over reloads). Usage is shared
// by all lanes and lives as long as the process; rights are immutable and go with their policy.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/bucket.h"
#include "gateway/config/auth_settings.h"

namespace gateway::auth {

enum class right : std::uint8_t { write, read };
[[nodiscard]] constexpr std::string_view name(right r) noexcept { return r == right::write ? "write" : "read"; }

/// The bound of a quota that was reached.
enum class bound : std::uint8_t { none, events, bytes, requests, connections, in_flight };
inline constexpr std::size_t bounds = 6;
[[nodiscard]] std::string_view name(bound b) noexcept;

/// The usage of one tenant, over all listeners and lanes. Any thread.
struct usage {
  bucket events;
  bucket bytes;
  bucket requests;
  std::atomic<std::uint32_t> connections{0};
  std::atomic<std::int64_t> in_flight_bytes{0};

  // Since start.
  std::atomic<std::uint64_t> events_total{0};
  std::atomic<std::uint64_t> bytes_total{0};
  std::atomic<std::uint64_t> requests_total{0};
  std::atomic<std::uint64_t> forbidden_total{0};
  std::array<std::atomic<std::uint64_t>, bounds> over_quota_total{};
};

/// Why a quota says no, and for how long.
struct shortage {
  bound of = bound::none;
  bucket::duration wait{};
};

class tenant {
 public:
  tenant(config::tenant_settings settings, usage& uses);

  [[nodiscard]] const std::string& name() const noexcept { return settings_.name; }
  [[nodiscard]] const config::tenant_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] usage& uses() const noexcept { return *uses_; }

  [[nodiscard]] bool may(right what, std::string_view topic) const noexcept;
  /// Whether it may know that there is such a topic: it has any right there.
  [[nodiscard]] bool may_see(std::string_view topic) const noexcept {
    return may(right::write, topic) || may(right::read, topic);
  }

  /// Whether one more request may come; charges it if so.
  [[nodiscard]] shortage take_request(bucket::time_point now) const noexcept;
  /// Whether events may be taken now, however many they are.
  [[nodiscard]] shortage check_events(bucket::time_point now) const noexcept;
  /// The same with the bound of requests, and nothing is counted: for who waits and asks again.
  [[nodiscard]] shortage shortage_now(bucket::time_point now) const noexcept;
  void charge_events(std::uint64_t events, std::uint64_t bytes, bucket::time_point now) const noexcept;
  /// False: as many connections as may be are open.
  [[nodiscard]] bool take_connection() const noexcept;
  void give_connection() const noexcept { uses_->connections.fetch_sub(1, std::memory_order_relaxed); }

 private:
  [[nodiscard]] shortage longest(bucket::time_point now, bool requests_too) const noexcept;

  config::tenant_settings settings_;
  usage* uses_;
};

}  // namespace gateway::auth
