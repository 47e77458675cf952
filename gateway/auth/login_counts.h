// Logins that were refused, by reason: one for the process, written by every lane, read by a scrape.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "gateway/auth/denial.h"

namespace gateway::auth {

struct login_counts {
  std::array<std::atomic<std::uint64_t>, denials> refused{};
  std::atomic<std::uint64_t> checked{0};  // credentials that were looked at and good

  void count(denial why) noexcept { refused[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace gateway::auth
