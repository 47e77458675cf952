#include "gateway/auth/failure_limit.h"

#include <algorithm>

namespace gateway::auth {

// IPv4: the address. IPv6: its first 64 bits, because whoever has one has all of those.
std::uint64_t failure_limit::name_of(const ip_address& from) noexcept {
  const bool is_v4 = std::all_of(from.begin(), from.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
                     from[10] == 0xff && from[11] == 0xff;
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = out << 8 | from[is_v4 ? 8 + i : i];
  return out;
}

bool failure_limit::may_try(const ip_address& from, time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = forgotten_at_.find(name_of(from));
  return found == forgotten_at_.end() || found->second - now <= (burst - 1) * pace;
}

void failure_limit::failed(const ip_address& from, time_point now) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t name = name_of(from);
  if (forgotten_at_.size() >= addresses_max && !forgotten_at_.contains(name)) make_room(now);
  time_point& at = forgotten_at_[name];
  at = std::max(at, now) + pace;
}

void failure_limit::make_room(time_point now) {
  std::erase_if(forgotten_at_, [&](const auto& each) { return each.second <= now; });
  if (forgotten_at_.size() < addresses_max) return;
  forgotten_at_.erase(std::ranges::min_element(forgotten_at_, {}, [](const auto& each) { return each.second; }));
}

std::size_t failure_limit::addresses() const {
  const std::lock_guard lock(mutex_);
  return forgotten_at_.size();
}

}  // namespace gateway::auth
