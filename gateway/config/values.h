// The text form of single values: sizes, durations, numbers, addresses. Pure. Used by the option table, both ways: what
// format_* writes, parse_* reads back as the same value.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/settings.h"

namespace gateway::config {

/// Says what is wrong and how to write it.
struct misread {
  std::string text;
};
template <typename T>
using parsed = boost::system::result<T, misread>;

/// `512`, `64MiB`, `1MB`: bytes; B, kB/KB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024.
[[nodiscard]] parsed<std::uint64_t> parse_size(std::string_view text);
/// `500us`, `5ms`, `30s`, `2m`, `1h`; a bare number only if it is 0.
[[nodiscard]] parsed<std::chrono::microseconds> parse_duration(std::string_view text);
[[nodiscard]] parsed<std::uint64_t> parse_number(std::string_view text);
/// `500/s`, `50k/s`, `1M/s`: a number a second; `/s` may be left out.
[[nodiscard]] parsed<std::uint64_t> parse_rate(std::string_view text);
/// `20MiB/s`: a size a second; `/s` may be left out.
[[nodiscard]] parsed<std::uint64_t> parse_byte_rate(std::string_view text);
[[nodiscard]] parsed<bool> parse_truth(std::string_view text);
/// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `*:8080` (every IPv4 address), `off` (nullopt).
[[nodiscard]] parsed<std::optional<endpoint>> parse_endpoint(std::string_view text);

/// A name or an address, with a port or without.
struct host_and_port {
  std::string host;
  std::uint16_t port = 0;  // 0: none is written
};
/// `gate`, `gate:7070`, `10.0.0.7:7070`, `[::1]:7070`.
[[nodiscard]] parsed<host_and_port> parse_host_port(std::string_view text);

/// An address, or all that begin with its first bits. IPv4 is mapped into IPv6 (::ffff:a.b.c.d).
struct network {
  std::array<std::uint8_t, 16> address{};
  unsigned bits = 128;
};
/// `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
[[nodiscard]] parsed<network> parse_network(std::string_view text);
[[nodiscard]] bool contains(const network& whole, const std::array<std::uint8_t, 16>& address) noexcept;

[[nodiscard]] std::string format_size(std::uint64_t bytes);
[[nodiscard]] std::string format_rate(std::uint64_t a_second);
[[nodiscard]] std::string format_byte_rate(std::uint64_t a_second);
[[nodiscard]] std::string format_duration(std::chrono::microseconds d);
[[nodiscard]] std::string format_endpoint(const std::optional<endpoint>& at);

/// Text as YAML, quoted where it must be. `in_list`: as an item of [a, b].
[[nodiscard]] std::string yaml_scalar(std::string_view text, bool in_list = false);

/// Whether Kafka allows it as a topic's name: 1 to 249 of [A-Za-z0-9._-], not `.` or `..`.
[[nodiscard]] bool is_topic_name(std::string_view name) noexcept;
/// 127.0.0.0/8 or ::1: nobody else reaches it.
[[nodiscard]] bool is_loopback(const endpoint& at) noexcept;
/// `*` stands for any run of characters, also none.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name) noexcept;

}  // namespace gateway::config
