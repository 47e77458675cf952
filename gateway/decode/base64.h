// Base64 (RFC 4648 4) as dialects carry bytes in JSON: the standard alphabet, padding there or left out, no white
// space, no bits behind the last byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::decode {

/// nullopt: it is not of that form.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// With padding.
void append_base64(std::string& to, std::string_view bytes);

}  // namespace gateway::decode
