// Failed logins by address: so many at once, then so many a second; beyond, a login from there is answered without
// being looked at. One for the process, shared by the lanes; any thread, the time is a parameter.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "gateway/auth/principal.h"

namespace gateway::auth {

class failure_limit {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::size_t addresses_max = 8192;  // the longest ago is forgotten first
  static constexpr int burst = 200;
  static constexpr std::chrono::milliseconds pace{100};  // for one failure to be forgotten

  /// Whether a login of this address is looked at now.
  [[nodiscard]] bool may_try(const ip_address& from, time_point now);
  void failed(const ip_address& from, time_point now);
  [[nodiscard]] std::size_t addresses() const;

 private:
  [[nodiscard]] static std::uint64_t name_of(const ip_address& from) noexcept;
  void make_room(time_point now);

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, time_point> forgotten_at_;  // when all its failures are
};

}  // namespace gateway::auth
