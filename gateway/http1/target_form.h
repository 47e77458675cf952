// The four forms of a request target (RFC 9112 3.2), and which of them a method may have. Pure; request_parser refuses
// what has none, target.h takes the others apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::http1 {

enum class target_form : std::uint8_t {
  none,       // no legal form, or one of a scheme that is not http or https
  origin,     // /path?query
  absolute,   // http://host:port/path?query
  authority,  // host:port, with CONNECT
  asterisk,   // *, with OPTIONS
};

/// `method` is case-sensitive. The target's bytes are visible ASCII.
[[nodiscard]] target_form form_of(std::string_view method, std::string_view target) noexcept;

/// An absolute form's host and port; empty: it has no such form.
[[nodiscard]] std::string_view authority_of(std::string_view absolute) noexcept;
/// The rest behind the authority of an absolute form: "/path?query", or less.
[[nodiscard]] std::string_view behind_authority(std::string_view absolute) noexcept;

}  // namespace gateway::http1
