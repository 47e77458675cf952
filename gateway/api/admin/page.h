// The status page: status_page.html, put into the program by CMake so that the program is one file. It loads nothing
// from anywhere else and polls /status.json (status.h).
#pragma once

#include <string_view>

namespace gateway::api::admin {

[[nodiscard]] std::string_view status_page_html() noexcept;

}  // namespace gateway::api::admin
