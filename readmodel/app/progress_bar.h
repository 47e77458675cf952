// The progress of a rebuild or a verification: one line on a terminal, with rate and time left. Used by commands.cpp.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "readmodel/project/rebuild.h"

namespace readmodel::app {

class progress_bar {
 public:
  /// nullptr: says nothing. Not a terminal: a line each 5 s instead of one that changes.
  explicit progress_bar(std::FILE* to);
  void show(const project::rebuild_progress& p);
  void end();

 private:
  std::FILE* to_;
  bool is_terminal_;
  bool has_shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

/// "[#####.....] 52 %  1234567 of 2345678 events  98765/s  11 s left". Pure.
[[nodiscard]] std::string bar_line(const project::rebuild_progress& p);

}  // namespace readmodel::app
