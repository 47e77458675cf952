// Follows a JSON pointer over the token index of an event that the walker has found valid: what nested keys cost where
// no name is escaped. key_lookup does the same, more slowly, for every text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/decode/key_lookup.h"

namespace gateway::decode {

/// `root` is the token the event starts with, an offset from `base`. No member name of the event holds an escape, and
/// none of `path` needs one.
[[nodiscard]] looked_up look_up(const char* base, const std::uint32_t* root, const std::vector<std::string>& path);

}  // namespace gateway::decode
