// What there is to ask over HTTP: one table of path, methods and function for the http listener, one for the admin
// listener. front.h is who looks things up here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/http/problem.h"
#include "gateway/http/reply.h"
#include "gateway/http/request.h"
#include "gateway/http/target.h"
#include "gateway/lane.h"
#include "metrics/recorder.h"

namespace gateway::http {

class admin_source;

/// What an endpoint's function gets.
struct call {
  lane& on;
  const request_head& head;
  const target& to;
  admin_source* admin;  // on the admin listener
};

/// Answers a GET. A problem instead of an answer; errc::unknown_topic makes the caller ask Kafka once and call again.
using endpoint_function = std::optional<problem> (*)(const call&, reply&);

struct endpoint {
  std::string_view path;  // "{}" stands for any one segment
  bool takes_events;      // POST with a body (ingest.h); else GET and HEAD
  metrics::route route;
  endpoint_function answer;  // nullptr: takes_events

  [[nodiscard]] std::string_view allow() const noexcept { return takes_events ? "POST" : "GET, HEAD"; }
};

enum class surface : std::uint8_t { events, admin };

[[nodiscard]] std::span<const endpoint> endpoints_of(surface s) noexcept;

/// nullptr: nothing is at this path.
[[nodiscard]] const endpoint* find_endpoint(surface s, const target& to) noexcept;

}  // namespace gateway::http
