// CRC-32C (Castagnoli), the checksum of frames and of Kafka's record batches. With the processor's own instruction
// where it has one: three streams at once, since one alone waits for itself.
#pragma once

#include <cstdint>
#include <string_view>

namespace batching {

/// `before`: the checksum of what comes before `bytes`, 0 for nothing.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

/// The portable one, for machines without the instruction; public for its test.
[[nodiscard]] std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace batching
