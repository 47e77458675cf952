// What there is to ask over HTTP: one table of path, methods and function for the http listener, one for the admin
// listener. front.h is who looks things up here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/http1/problem.h"
#include "gateway/http1/reply.h"
#include "gateway/http1/request.h"
#include "gateway/http1/target.h"
#include "gateway/runtime/lane.h"
#include "metrics/recorder.h"

namespace gateway::api {

namespace admin {
class admin_source;
}

/// What an endpoint's function gets.
struct call {
  runtime::lane& on;
  const http1::request_head& head;
  const http1::target& to;
  admin::admin_source* admin;  // on the admin listener
};

/// Answers a GET. A problem instead of an answer; errc::unknown_topic makes the caller ask Kafka once and call again.
using endpoint_function = std::optional<http1::problem> (*)(const call&, http1::reply&);

struct endpoint {
  std::string_view path;  // "{}" stands for any one segment
  bool takes_events;      // POST with a body (ingest.h); else GET and HEAD
  metrics::route route;
  endpoint_function answer;  // nullptr: takes_events

  [[nodiscard]] std::string_view allow() const noexcept {
    return takes_events ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
  }
};

enum class surface : std::uint8_t { events, admin };

[[nodiscard]] std::span<const endpoint> endpoints_of(surface s) noexcept;

/// nullptr: nothing is at this path.
[[nodiscard]] const endpoint* find_endpoint(surface s, const http1::target& to) noexcept;

}  // namespace gateway::api
