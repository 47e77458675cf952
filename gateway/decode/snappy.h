// Undoes snappy in the three forms that clients send under one name: the framing format ("sNaPpY"), Kafka's blocks
// (snappy-java's), and one bare block. Told apart by how they begin. For decompressor only.
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/decode/buffer.h"

namespace gateway::decode {

struct snappy_verdict {
  bool too_large = false;         // more than `out_max` would come out
  const char* problem = nullptr;  // not nullptr: damaged
};

/// The whole of `in` into `out` (empty before), of which never more than `out_max` bytes are reserved.
[[nodiscard]] snappy_verdict run_snappy(std::string_view in, std::size_t out_max, buffer& out);

}  // namespace gateway::decode
