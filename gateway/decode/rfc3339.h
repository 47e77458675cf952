// Reads points in time as clients write them: RFC 3339, or milliseconds since 1970. Pure; used by the envelope, by
// timestamp pointers and by Headgate-Timestamp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::decode {

/// "2024-02-29T12:00:00.25+01:00" as milliseconds since 1970, negative before it; parts of a millisecond are cut off, a
/// leap second is the second behind it. nullopt: anything else, and dates that do not exist.
[[nodiscard]] std::optional<std::int64_t> parse_rfc3339_ms(std::string_view text) noexcept;

/// The same, or a whole number of milliseconds of at most 15 digits.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp_ms(std::string_view text) noexcept;

}  // namespace gateway::decode
