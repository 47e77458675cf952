// The level of an ack a client waits for. The one type for it: configuration, every listener and the intake say it so.
#pragma once

#include <cstdint>

namespace batching {

enum class ack_level : std::uint8_t {
  broker,  // answered when all in-sync replicas have it: each record settles into the ack
  none,    // answered when accepted in memory: what is taken is settled at once as accepted
};

}  // namespace batching
