#pragma once

// Compresses request bodies as `--encoding` says. Contexts are kept per thread. Called by http/ and frames/.

#include <cstddef>
#include <string_view>
#include <vector>

#include "loadgen/plan/options.h"

namespace loadgen::wire {

/// Writes the compressed bytes behind `head_room` bytes of `into` (grown as needed); returns their number.
std::size_t compress(plan::body_encoding encoding, std::string_view bytes, std::vector<char>& into,
                     std::size_t head_room);

}  // namespace loadgen::wire
