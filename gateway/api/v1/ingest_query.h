// The query of POST /v1/topics/{topic}/events: each parameter at most once, nothing unknown, every value in range.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "batching/intake.h"
#include "gateway/config/settings.h"
#include "gateway/http1/problem.h"
#include "gateway/http1/target.h"

namespace gateway::api::v1 {

/// The settings of a request's query; nullopt: it does not say. Views into the target.
struct ingest_query {
  std::optional<config::ack_level> ack;
  std::optional<std::string_view> key;  // a valid JSON pointer
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<batching::on_invalid> on_invalid;
  std::optional<config::partial_status> partial;
  std::string_view unknown;  // a parameter's name that only the topic's rules may excuse; empty: none
  bool each = false;         // results=each

  static boost::system::result<ingest_query, http1::problem> read(const http1::target& to,
                                                                  const config::limits& limits);
};

/// "207" or "503": of `partial=` and of the field Headgate-Partial.
[[nodiscard]] std::optional<config::partial_status> partial_status_of(std::string_view text) noexcept;

/// nothing: every parameter is known, or in `ignored`.
[[nodiscard]] std::optional<http1::problem> unknown_parameter(const http1::target& to,
                                                              std::span<const std::string> ignored);

}  // namespace gateway::api::v1
