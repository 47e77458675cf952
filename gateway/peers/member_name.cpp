#include "gateway/peers/member_name.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace gateway::peers {
namespace {

constexpr std::string_view program = "headgate-store", plain = "plain", secure = "tls";
constexpr std::size_t parts = 4;

// A name, or an address of IPv4 or (in brackets, perhaps with a zone) of IPv6.
bool is_host(std::string_view text, std::string_view beside_letters) noexcept {
  const auto may = [beside_letters](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           beside_letters.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, may);
}

}  // namespace

std::string address_text(std::string_view host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string_view::npos;
  std::string text = is_v6 ? "[" + std::string(host) + "]" : std::string(host);
  return text + ":" + std::to_string(port);
}

std::optional<host_and_port> read_address(std::string_view text) {
  host_and_port read;
  std::string_view port;
  const bool is_v6 = text.starts_with('[');
  if (is_v6) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    read.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return std::nullopt;
  } else {
    const std::size_t colon = text.rfind(':');
    read.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (!is_host(read.host, is_v6 ? ".:%-_" : ".-_") || is_v6 != (read.host.find(':') != std::string::npos))
    return std::nullopt;
  if (port.empty()) return read;
  port.remove_prefix(1);
  const auto done = std::from_chars(port.data(), port.data() + port.size(), read.port);
  if (done.ec != std::errc{} || done.ptr != port.data() + port.size() || read.port == 0) return std::nullopt;
  return read;
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
  const auto at = read_address(found[2]);
  if (found[0] != program || found[1].empty() || !at || at->port == 0 || (found[3] != plain && found[3] != secure))
    return std::nullopt;
  return member_name{std::string(found[1]), at->host, at->port, found[3] == secure};
}

}  // namespace gateway::peers
