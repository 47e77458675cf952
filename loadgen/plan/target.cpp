#include "loadgen/plan/target.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::plan {

namespace {

constexpr std::array<std::string_view, 4> protocol_names{"http", "tcp", "lines", "kafka"};  // as the enum
constexpr std::size_t topic_max = 249;                                                      // Kafka's own bound
constexpr std::size_t host_max = 253;                                                       // of a name in DNS
constexpr std::string_view usage =
    "write http://HOST:PORT, tcp://HOST:PORT, lines://HOST:PORT or kafka://HOST:PORT,... with a port from 1 to 65535";

bool in_topic(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && rest == text.data() + text.size() && value >= 1 && value <= 65535;
}

bool is_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:%").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= host_max && std::all_of(text.begin(), text.end(), allowed);
}

struct address {
  std::string_view host;
  std::string_view port;  // empty: none is written
};

/// A port stands behind the last colon that is not inside an IPv6 address in brackets.
address address_in(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']')) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// HOST:PORT,... without spaces; empty when one of them is none.
std::string brokers_in(std::string_view text) {
  std::string brokers;
  for (const std::string_view part : units::split(text, ',')) {
    const std::string_view broker = trimmed(part);
    const address found = address_in(broker);
    const bool port_given = found.host.size() != broker.size();
    if (!is_host(found.host) || (port_given && !is_port(found.port))) return {};
    brokers += (brokers.empty() ? "" : ",") + std::string(broker);
  }
  return brokers;
}

void resolve_server(const std::string& text, std::string_view rest, target& into) {
  const address found = address_in(rest);
  if (found.port.empty() && into.protocol != protocol_kind::http) units::refuse("--target", text, usage);
  into.host = found.host;
  into.port = found.port.empty() ? "80" : std::string(found.port);
  if (!is_host(into.host) || !is_port(into.port)) units::refuse("--target", text, usage);
  if (into.host.starts_with('[')) into.host = into.host.substr(1, into.host.size() - 2);
}

}  // namespace

std::string_view name_of(protocol_kind kind) { return protocol_names[static_cast<std::size_t>(kind)]; }

std::string read_topic(const std::string& text) {
  const bool valid = !text.empty() && text.size() <= topic_max && text != "." && text != ".." &&
                     std::all_of(text.begin(), text.end(), in_topic);
  if (!valid) {
    units::refuse(
        "--topic", text,
        "write 1 to " + std::to_string(topic_max) + " letters, digits, '.', '_' and '-', as Kafka takes them");
  }
  return text;
}

std::string read_brokers(std::string_view option, std::string_view text) {
  std::string brokers = brokers_in(text);
  if (brokers.empty()) units::refuse(option, text, "write HOST:PORT,... with ports from 1 to 65535");
  return brokers;
}

target read_target(const std::string& text, const std::string& protocol) {
  std::string_view rest = text;
  std::string_view scheme;
  if (const auto at = rest.find("://"); at != std::string_view::npos) {
    scheme = rest.substr(0, at);
    rest.remove_prefix(at + 3);
  }
  if (scheme == "https")
    units::refuse("--target", text, "send the load to the plain listener: https is not spoken here");
  if (!scheme.empty() && std::find(protocol_names.begin(), protocol_names.end(), scheme) == protocol_names.end()) {
    units::refuse("--target", text, usage);
  }
  target result;
  const std::string_view kind = !protocol.empty() ? std::string_view(protocol) : scheme.empty() ? "http" : scheme;
  result.protocol = static_cast<protocol_kind>(units::read_choice("--protocol", kind, protocol_names));
  rest = rest.substr(0, rest.find('/'));
  result.url = std::string(kind) + "://" + std::string(rest);
  if (result.protocol != protocol_kind::kafka) {
    resolve_server(text, rest, result);
    return result;
  }
  result.host = brokers_in(rest);
  if (result.host.empty()) units::refuse("--target", text, usage);
  return result;
}

}  // namespace loadgen::plan
