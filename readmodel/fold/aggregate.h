// One aggregate as a projector knows it. A value; lives in aggregate_cache.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "readmodel/fold/projection.h"

namespace readmodel::fold {

inline constexpr std::int64_t no_offset = -1;

struct aggregate {
  std::unique_ptr<state_base> state;
  std::int64_t folded_at = no_offset;  // offset of the last event in the state
  std::int64_t fenced_at = no_offset;  // offset of the event that could not be folded
  std::string fenced_why;

  [[nodiscard]] bool is_fenced() const noexcept { return fenced_at != no_offset; }
};

}  // namespace readmodel::fold
