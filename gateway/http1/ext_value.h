// Text that a header field cannot carry, as RFC 8187 writes it: UTF-8'language'percent-encoded. Pure; for fields whose
// names end in an asterisk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::http1 {

/// The text; nullopt: not of that form, another charset than UTF-8, or no UTF-8 within.
[[nodiscard]] std::optional<std::string> decode_ext_value(std::string_view value);

}  // namespace gateway::http1
