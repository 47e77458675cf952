#pragma once

// What a run looks like while it goes on: a block repainted in place on a terminal, a plain line a second elsewhere.

#include <cstdio>
#include <string>

#include "loadgen/progress.h"

namespace loadgen {

class live_view {
 public:
  /// Writes to `out`; repaints only if that is a terminal. `quiet`: writes nothing.
  live_view(std::FILE* out, bool quiet);

  void draw(const progress& state);
  void draw_verification(double share);
  /// Leaves the last picture standing and goes on below it.
  void finish();

  /// The texts, for tests.
  static std::string plain_line(const progress& state);
  static std::string block(const progress& state, std::size_t columns);

 private:
  std::FILE* out_;
  bool quiet_;
  bool terminal_;
  std::size_t lines_drawn_ = 0;
  double verification_drawn_ = -1;
};

}  // namespace loadgen
