// Reads the fields that describe a body: media type, charset, trace context. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::api {

enum class body_kind : std::uint8_t {
  json,         // application/json: an object is one event, an array one an element
  ndjson,       // under all its names
  document,     // */json, *+json: one JSON document, one event
  opaque,       // anything else, or no type
  cloud_event,  // application/cloudevents*: read by cloudevents/
  rest_proxy,   // application/vnd.kafka.*: read by rest_proxy/, on its own paths
};

/// By the type alone.
[[nodiscard]] body_kind body_kind_of(std::string_view content_type) noexcept;

/// text/plain, with any parameters.
[[nodiscard]] bool is_plain_text(std::string_view content_type) noexcept;
/// False: a charset parameter other than UTF-8 (or US-ASCII, its part), or two of them.
[[nodiscard]] bool is_utf8_charset(std::string_view content_type) noexcept;

/// A W3C trace context of version 00 whose ids are not zero.
[[nodiscard]] bool is_traceparent(std::string_view text) noexcept;

}  // namespace gateway::api
