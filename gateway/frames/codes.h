// Outcomes and reasons as numbers on the wire. They never change, whatever becomes of the enumerators' own values.
#pragma once

#include <cstdint>

#include "batching/ack_level.h"
#include "batching/outcome.h"

namespace gateway::frames {

[[nodiscard]] std::uint8_t wire_code(batching::ack_level) noexcept;
[[nodiscard]] std::uint8_t wire_code(batching::outcome) noexcept;
[[nodiscard]] std::uint8_t wire_code(batching::reason) noexcept;
/// `none` for a number that we do not know.
[[nodiscard]] batching::reason reason_of(std::uint8_t code) noexcept;

}  // namespace gateway::frames
