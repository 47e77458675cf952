// The client id of a member of the store.group, which Kafka tells all others: the member's name and where
// its frames are spoken. "headgate-store;g-1:8080;10.0.0.7:7070;plain". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::peers {

struct member_name {
  std::string instance;
  std::string host;
  std::uint16_t port = 0;
  bool is_secure = false;
  bool operator==(const member_name&) const = default;
};

[[nodiscard]] std::string client_id_of(const member_name& member);
/// nullopt: another client, which is no instance of ours.
[[nodiscard]] std::optional<member_name> member_of(std::string_view client_id);

/// `host:port`, with brackets around an IPv6 address.
[[nodiscard]] std::string address_text(std::string_view host, std::uint16_t port);

}  // namespace gateway::peers
