// Reads docs/protocol.md: its test vectors and its tables, so that the page cannot go stale.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace frames_test {

/// Whole frames by the vector's name.
[[nodiscard]] const std::map<std::string, std::string>& vectors();
[[nodiscard]] const std::string& vector(std::string_view name);

/// The table that follows the line beginning with `after`: first column (a number) -> second column.
[[nodiscard]] std::map<int, std::string> table(std::string_view after);

[[nodiscard]] std::string to_hex(std::string_view bytes);

}  // namespace frames_test
