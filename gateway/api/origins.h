// Browsers: which pages may send where. A request says by `Origin` which page made it; a topic's rules name those that
// may. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/settings.h"
#include "gateway/http1/request.h"

namespace gateway::api {

/// Whether `Origin` is there and names another host than the one that was asked.
[[nodiscard]] bool is_foreign(const http1::request_head& head) noexcept;
/// Whether pages of that origin may use the topic.
[[nodiscard]] bool allows_origin(const config::topic_settings& of, std::string_view origin) noexcept;

/// Whether the topic's rules name it, and not just every origin: then its pages may use what the browser has of its own
/// to say who it is. Beacons of JSON ask for that.
[[nodiscard]] bool names_origin(const config::topic_settings& of, std::string_view origin) noexcept;

/// Fields of every answer to an allowed page; `origin` has been matched with the topic's rules, so it holds no odd
/// bytes.
void append_origin_fields(std::string& to, const config::topic_settings& of, std::string_view origin);
/// Fields of the answer to a preflight.
void append_preflight_fields(std::string& to, const config::topic_settings& of, std::string_view origin,
                             std::string_view methods);

}  // namespace gateway::api
