#include "gateway/net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace gateway::net {

std::string to_string(const auth::ip_address& of) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool v4 = std::equal(mapped.begin(), mapped.end(), of.begin());
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? &of[12] : of.data(), text.data(), text.size());
  return text.data();
}

}  // namespace gateway::net
