#pragma once

// The events that a stream sends next, and when: made-up events on a schedule, or a replayed file at its own times. One
// a stream, used on its thread; the stream does not know which of the two it has.

#include <chrono>
#include <cstdint>
#include <memory>

#include "loadgen/plan/run_plan.h"
#include "loadgen/wire/request.h"

namespace loadgen::load {

class feed {
 public:
  virtual ~feed() = default;

  /// No event is left.
  virtual bool empty() const = 0;

  /// When the next request is meant to go out, since the start of the run; max(): never. Zero in a closed loop.
  virtual std::chrono::nanoseconds due() const = 0;

  /// Lays the next request's events out in `what`: its events, body and body_size.
  virtual void fill(wire::request& what, std::chrono::nanoseconds since_start) = 0;

  /// Drops the next request; returns how many events it would have had.
  virtual std::uint32_t skip() = 0;
};

/// `quota`: how many events this stream may send at most; `weight`: its part of all events.
std::unique_ptr<feed> make_feed(const plan::run_plan& plan, std::uint32_t stream, std::uint64_t quota, double weight);

}  // namespace loadgen::load
