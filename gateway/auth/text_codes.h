// Bytes as text and back: base64url (tokens), base64 (Basic), hex (key files). Strict: what has more than one spelling
// is refused in all but one. Pure; used by this folder only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

/// RFC 4648 5, without padding, as RFC 7515 wants it; nullopt: any other character, or bits behind the last byte.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
/// RFC 4648 4; the padding may be left out.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Small letters only.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

}  // namespace gateway::auth
