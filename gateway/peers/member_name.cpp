#include "gateway/peers/member_name.h"

#include <array>

#include "gateway/config/values.h"

namespace gateway::peers {
namespace {

constexpr std::string_view program = "headgate-store", plain = "plain", secure = "tls";
constexpr std::size_t parts = 4;

}  // namespace

std::string address_text(std::string_view host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string_view::npos;
  std::string text = is_v6 ? "[" + std::string(host) + "]" : std::string(host);
  return text + ":" + std::to_string(port);
}

std::string client_id_of(const member_name& member) {
  std::string id(program);
  id.append(";").append(member.instance).append(";").append(address_text(member.host, member.port));
  return id.append(";").append(member.is_secure ? secure : plain);
}

std::optional<member_name> member_of(std::string_view client_id) {
  std::array<std::string_view, parts> found{};
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t end = client_id.find(';');
    if ((end == std::string_view::npos) != (i + 1 == parts)) return std::nullopt;
    found[i] = client_id.substr(0, end);
    client_id.remove_prefix(i + 1 == parts ? client_id.size() : end + 1);
  }
  const auto at = config::parse_host_port(found[2]);
  if (found[0] != program || found[1].empty() || !at || at->port == 0 || (found[3] != plain && found[3] != secure))
    return std::nullopt;
  return member_name{std::string(found[1]), at->host, at->port, found[3] == secure};
}

}  // namespace gateway::peers
