#include "gateway/auth/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace gateway::auth {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::string to_string(const ip_address& of) {
  const bool v4 = std::equal(mapped.begin(), mapped.end(), of.begin());
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? &of[12] : of.data(), text.data(), text.size());
  return text.data();
}

std::optional<ip_address> parse_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> whole{};
  if (text.empty() || text.size() >= whole.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::ranges::copy(text, whole.begin());
  ip_address out{};
  if (::inet_pton(AF_INET6, whole.data(), out.data()) == 1) return out;
  std::ranges::copy(mapped, out.begin());
  if (::inet_pton(AF_INET, whole.data(), &out[12]) == 1) return out;
  return std::nullopt;
}

}  // namespace gateway::auth
