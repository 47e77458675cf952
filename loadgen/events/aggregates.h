#pragma once

// Picks the aggregate of a stream's next event. Aggregate a belongs to stream a mod streams, so all its events go
// through one connection and their order is defined. Uniform, or Zipf by an alias table (two memory reads a pick). One
// picker a stream.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "loadgen/events/random.h"

namespace loadgen::events {

/// `--skew`: `uniform` or `zipf:S`, S the exponent (1.0: the hottest of 100,000 gets 8 % of all events).
struct skew {
  double exponent = 0;  // 0 = uniform
  static skew parse(std::string_view text);
};

struct aggregate_share {
  std::uint32_t aggregates;  // of the whole run
  std::uint32_t streams;
  std::uint32_t stream;
  std::uint32_t local_count() const { return (aggregates - stream + streams - 1) / streams; }
  std::uint32_t global(std::uint32_t local) const { return local * streams + stream; }
};

class aggregate_picker {
 public:
  aggregate_picker(aggregate_share share, skew how);

  /// A local number, below share.local_count().
  std::uint32_t pick(random_source& random) const;

  /// Each stream's part of all events, 0..1: its part of an open-loop rate, too.
  static std::vector<double> weights(std::uint32_t aggregates, std::uint32_t streams, skew how);

 private:
  struct slot {
    std::uint32_t threshold;  // of 2^32: keep this one
    std::uint32_t alias;      // else this
  };
  std::uint32_t count_;
  std::vector<slot> slots_;  // empty when uniform
};

}  // namespace loadgen::events
