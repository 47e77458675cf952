#include "gateway/config/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace gateway::config {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<unit, 10> size_units{{{"GiB", 1ULL << 30},
                                           {"MiB", 1ULL << 20},
                                           {"KiB", 1ULL << 10},
                                           {"GB", 1'000'000'000},
                                           {"MB", 1'000'000},
                                           {"KB", 1'000},
                                           {"kB", 1'000},
                                           {"kiB", 1ULL << 10},
                                           {"B", 1},
                                           {"", 1}}};
constexpr std::array<unit, 5> duration_units{
    {{"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

constexpr std::array<unit, 3> rate_units{{{"M", 1'000'000}, {"k", 1'000}, {"", 1}}};

std::string_view without_a_second(std::string_view text) noexcept {
  if (text.ends_with("/s")) text.remove_suffix(2);
  return text;
}

/// Digits, then a unit of the table.
template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<unit, N>& units) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{}) return std::nullopt;
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const auto found = std::ranges::find(units, rest, &unit::name);
  if (found == units.end() || number > std::numeric_limits<std::int64_t>::max() / found->factor) return std::nullopt;
  return number * found->factor;
}

std::string quoted(std::string_view text) { return std::string("'").append(text.substr(0, 100)).append("'"); }

constexpr std::string_view endpoint_form = " is no address: write HOST:PORT like 127.0.0.1:8080 or [::1]:8080, or off";

bool is_host(std::string_view text, std::string_view beside_letters) noexcept {
  const auto may = [beside_letters](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           beside_letters.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, may);
}

bool is_address(const std::string& address, bool bracketed) {
  std::array<unsigned char, 16> bytes;
  return inet_pton(bracketed ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) == 1;
}

}  // namespace

parsed<std::uint64_t> parse_size(std::string_view text) {
  if (const auto bytes = parse_with_unit(text, size_units)) return *bytes;
  return misread{quoted(text) +
                 " is no size: write a whole number of bytes, or one with a unit like 512KiB, 64MiB or 1MB"};
}

parsed<std::chrono::microseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::microseconds{0};
  if (const auto us = parse_with_unit(text, duration_units)) return std::chrono::microseconds(*us);
  return misread{quoted(text) + " is no duration: write a whole number and its unit, like 500us, 5ms, 30s, 2m or 1h"};
}

parsed<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc{} && end == text.data() + text.size()) return number;
  return misread{quoted(text) + " is no whole number"};
}

parsed<std::uint64_t> parse_rate(std::string_view text) {
  if (const auto n = parse_with_unit(without_a_second(text), rate_units)) return *n;
  return misread{quoted(text) + " is no rate: write a whole number a second, like 500/s, 50k/s or 1M/s"};
}

parsed<std::uint64_t> parse_byte_rate(std::string_view text) {
  if (const auto n = parse_with_unit(without_a_second(text), size_units)) return *n;
  return misread{quoted(text) + " is no rate: write a size a second, like 512KiB/s or 20MiB/s"};
}

parsed<bool> parse_truth(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return misread{quoted(text) + " is neither true nor false"};
}

parsed<std::optional<endpoint>> parse_endpoint(std::string_view text) {
  if (text == "off") return std::optional<endpoint>();
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return misread{quoted(text) + std::string(endpoint_form)};
  std::string_view host = text.substr(0, colon);
  const auto port = parse_number(text.substr(colon + 1));
  if (!port || *port > 65'535) return misread{quoted(text) + " has no port of 0 to 65535 after its last colon"};
  if (host.empty())
    return misread{quoted(text) + " names no address: write *" + std::string(text) + " for every IPv4 address"};
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos)
    return misread{quoted(text) + " is ambiguous: put an IPv6 address in brackets, like [::1]:8080"};
  std::string address(host);
  if (address == "localhost") address = "127.0.0.1";
  if (address == "*") address = "0.0.0.0";
  if (!is_address(address, bracketed)) return misread{quoted(text) + std::string(endpoint_form)};
  return std::optional<endpoint>(endpoint{address, static_cast<std::uint16_t>(*port)});
}

parsed<host_and_port> parse_host_port(std::string_view text) {
  const misread wrong{"must be host or host:port; an IPv6 address in brackets"};
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.rfind(':');
  if (bracketed && end == std::string_view::npos) return wrong;
  host_and_port read;
  read.host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const bool has_colon = read.host.find(':') != std::string::npos;
  if (!is_host(read.host, bracketed ? ".:%-_" : ".-_") || bracketed != has_colon) return wrong;
  const std::string_view behind = end == std::string_view::npos ? "" : text.substr(bracketed ? end + 1 : end);
  if (behind.empty()) return read;
  const auto port = parse_number(behind.substr(1));
  if (behind.front() != ':' || !port || *port == 0 || *port > 65'535) return wrong;
  read.port = static_cast<std::uint16_t>(*port);
  return read;
}

parsed<network> parse_network(std::string_view text) {
  const misread wrong{"'" + std::string(text.substr(0, 100)) +
                      "' is no address or network: write 10.0.0.7, 10.0.0.0/8 or fd00::/8"};
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  network out;
  const bool v6 = inet_pton(AF_INET6, address.c_str(), out.address.data()) == 1;
  if (!v6) {
    if (inet_pton(AF_INET, address.c_str(), out.address.data() + 12) != 1) return wrong;
    out.address[10] = out.address[11] = 0xff;
  }
  if (slash == std::string_view::npos) return out;
  const auto bits = parse_number(text.substr(slash + 1));
  if (!bits || *bits > (v6 ? 128U : 32U)) return wrong;
  out.bits = static_cast<unsigned>(*bits) + (v6 ? 0 : 96);
  return out;
}

bool contains(const network& whole, const std::array<std::uint8_t, 16>& address) noexcept {
  const std::size_t bytes = whole.bits / 8;
  if (std::memcmp(whole.address.data(), address.data(), bytes) != 0) return false;
  if (whole.bits % 8 == 0) return true;
  const unsigned mask = 0xffU << (8 - whole.bits % 8);
  return ((whole.address[bytes] ^ address[bytes]) & mask & 0xffU) == 0;
}

std::string format_size(std::uint64_t bytes) {
  for (const unit& u : size_units)
    if (bytes >= u.factor && bytes % u.factor == 0 && bytes > 0)
      return std::to_string(bytes / u.factor) + std::string(u.name);
  return std::to_string(bytes);
}

std::string format_rate(std::uint64_t a_second) {
  const auto whole =
      std::ranges::find_if(rate_units, [&](const unit& u) { return a_second > 0 && a_second % u.factor == 0; });
  const unit& u = whole == rate_units.end() ? rate_units.back() : *whole;
  return std::to_string(a_second / u.factor) + std::string(u.name) + "/s";
}

std::string format_byte_rate(std::uint64_t a_second) { return format_size(a_second) + "/s"; }

std::string format_duration(std::chrono::microseconds d) {
  const auto us = static_cast<std::uint64_t>(d.count());
  if (us == 0) return "0";
  if (us % 1'000'000 == 0 && us < 600'000'000) return std::to_string(us / 1'000'000) + "s";
  const auto whole = std::ranges::find_if(duration_units, [&](const unit& u) { return us % u.factor == 0; });
  return std::to_string(us / whole->factor) + std::string(whole->name);
}

std::string format_endpoint(const std::optional<endpoint>& at) {
  if (!at) return "off";
  const bool v6 = at->address.find(':') != std::string::npos;
  return (v6 ? "[" + at->address + "]" : at->address) + ":" + std::to_string(at->port);
}

std::string yaml_scalar(std::string_view text, bool in_list) {
  constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+,:";
  constexpr std::string_view hex = "0123456789abcdef";
  const std::string_view allowed = in_list ? harmless.substr(0, harmless.size() - 2) : harmless;
  const bool plain = !text.empty() && text != "null" && text.find_first_not_of(allowed) == std::string_view::npos &&
                     std::string_view("-,:").find(text.front()) == std::string_view::npos && text.back() != ':';
  if (plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (byte < 0x20 || byte == 0x7f) {
      out.append("\\x").append({hex[byte >> 4], hex[byte & 15]});
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

bool is_topic_name(std::string_view name) noexcept {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_loopback(const endpoint& at) noexcept { return at.address == "::1" || at.address.starts_with("127."); }

bool matches(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;  // the last `*` seen, and where its run ends so far
  std::size_t run = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      run = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++run;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace gateway::config
