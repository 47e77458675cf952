#pragma once

// The picture of a run while it goes on: a block repainted in place on a terminal, a plain line a second elsewhere.

#include <cstdio>
#include <string>

#include "loadgen/measure/progress.h"
#include "loadgen/run/watcher.h"

namespace loadgen::report {

class live_view final : public run::watcher {
 public:
  /// Writes to `out`; repaints only if that is a terminal. `quiet`: writes nothing.
  live_view(std::FILE* out, bool quiet);

  void on_second(const measure::progress& state) override;
  void on_wait(const std::string& what) override;
  void on_verified(double share) override;
  /// Leaves the last picture standing and goes on below it.
  void on_end() override;

  /// The texts, for tests.
  static std::string plain_line(const measure::progress& state);
  static std::string block(const measure::progress& state, std::size_t columns);

 private:
  std::FILE* out_;
  bool quiet_;
  bool terminal_;
  std::size_t lines_drawn_ = 0;
  double verification_drawn_ = -1;
};

}  // namespace loadgen::report
