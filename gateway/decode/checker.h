// Says what is wrong with a JSON text, and where. Byte by byte: too slow for the way every event takes, so the decoder
// asks only after its walker has said no (and for the rare bare scalar). Accepts exactly what the walker accepts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::decode {

struct fault {
  std::size_t offset;
  std::string what;  // and what to change, for people
};

/// nullopt: `text` is one whole RFC 8259 value in UTF-8, white space around it allowed, at most `depth_max` containers
/// deep.
[[nodiscard]] std::optional<fault> check(std::string_view text, std::uint32_t depth_max);

}  // namespace gateway::decode
