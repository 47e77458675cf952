// What the fields that describe a body say: media type, acceptable answers, trace context. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::api {

enum class body_kind : std::uint8_t { json, ndjson, opaque };

/// By the type alone: application/json; application/x-ndjson or application/jsonl; opaque for anything else or nothing.
[[nodiscard]] body_kind body_kind_of(std::string_view content_type) noexcept;

/// False: a charset parameter other than UTF-8 (or US-ASCII, its part).
[[nodiscard]] bool is_utf8_charset(std::string_view content_type) noexcept;

/// Whether an `Accept` field lets us answer with application/json or application/problem+json. An empty field does.
[[nodiscard]] bool accepts_json(std::string_view accept) noexcept;

/// A W3C trace context of version 00 whose ids are not zero.
[[nodiscard]] bool is_traceparent(std::string_view text) noexcept;

}  // namespace gateway::api
