#include "gateway/net/proxy_header.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace gateway::net {
namespace {

using state = proxy_header::state;
using namespace std::string_view_literals;

constexpr std::string_view begin_1 = "PROXY ";
constexpr std::string_view begin_2 = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t line_bytes_max = 107;  // with CR LF
constexpr std::size_t fixed_bytes_2 = 16;

bool begins_alike(std::string_view received, std::string_view with) {
  return received.starts_with(with.substr(0, std::min(received.size(), with.size())));
}

std::optional<auth::ip_address> parse(std::string_view text, int family) {
  const std::string address(text);
  auth::ip_address out{};
  if (family == AF_INET) out[10] = out[11] = 0xff;
  if (::inet_pton(family, address.c_str(), family == AF_INET ? &out[12] : out.data()) != 1) return std::nullopt;
  return out;
}

/// The next word, one space behind it.
std::string_view next_word(std::string_view& rest) {
  const std::size_t space = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(std::min(space + 1, rest.size()));
  return word;
}

bool is_port(std::string_view word) {
  return !word.empty() && word.size() <= 5 && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// "PROXY TCP4 192.0.2.7 192.0.2.1 51234 8080\r\n"
proxy_header read_line(std::string_view received) {
  const std::size_t end = received.substr(0, line_bytes_max).find("\r\n");
  if (end == std::string_view::npos) return {received.size() < line_bytes_max ? state::partial : state::broken, 0, {}};
  std::string_view rest = received.substr(begin_1.size(), end - begin_1.size());
  const std::string_view family = next_word(rest);
  if (family == "UNKNOWN") return {state::whole, end + 2, {}};
  const int wanted = family == "TCP4" ? AF_INET : AF_INET6;
  const auto from = parse(next_word(rest), wanted);
  const auto to = parse(next_word(rest), wanted);
  const bool has_ports = is_port(next_word(rest)) && is_port(next_word(rest));
  if ((family != "TCP4" && family != "TCP6") || !from || !to || !has_ports || !rest.empty())
    return {state::broken, 0, {}};
  return {state::whole, end + 2, from};
}

proxy_header read_binary(std::string_view received) {
  const auto at = [received](std::size_t i) { return static_cast<unsigned char>(received[i]); };
  if (received.size() < fixed_bytes_2) return {state::partial, 0, {}};
  const std::size_t behind = std::size_t{at(14)} * 256 + at(15);
  const unsigned command = at(12) & 0x0fU;
  if (at(12) >> 4U != 2 || command > 1 || fixed_bytes_2 + behind > proxy_header_bytes_max)
    return {state::broken, 0, {}};
  if (received.size() < fixed_bytes_2 + behind) return {state::partial, 0, {}};
  proxy_header out{state::whole, fixed_bytes_2 + behind, {}};
  const unsigned family = at(13) >> 4U;
  const std::size_t needs = family == 1 ? 12 : family == 2 ? 36 : 0;
  if (behind < needs) return {state::broken, 0, {}};
  if (command == 0 || needs == 0) return out;
  auth::ip_address from{};
  if (family == 1) from[10] = from[11] = 0xff;
  std::memcpy(family == 1 ? &from[12] : from.data(), received.data() + fixed_bytes_2, family == 1 ? 4 : 16);
  out.client = from;
  return out;
}

}  // namespace

proxy_header read_proxy_header(std::string_view received) {
  if (received.empty()) return {state::partial, 0, {}};
  if (begins_alike(received, begin_2))
    return received.size() < begin_2.size() ? proxy_header{state::partial, 0, {}} : read_binary(received);
  if (begins_alike(received, begin_1))
    return received.size() < begin_1.size() ? proxy_header{state::partial, 0, {}} : read_line(received);
  return {};
}

}  // namespace gateway::net
