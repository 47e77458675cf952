#pragma once

// CRC-32C (Castagnoli), as the frame protocol's checksum; by instruction where the processor has one.

#include <cstdint>
#include <string_view>

namespace loadgen::frames {

/// Continues from `before`, the checksum of what came earlier (0: nothing).
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

/// The same by table, for processors without the instruction, and to test against.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

}  // namespace loadgen::frames
