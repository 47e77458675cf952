#pragma once

// The command line: what may be written, and its help. Fills plain structs; main acts on them.

#include <optional>
#include <string>
#include <vector>

#include "loadgen/plan/options.h"

namespace loadgen::cli {

enum class command { run, capacity, verify };

struct output_options {
  std::string json;  // file, or - for stdout
  std::string html;
  bool quiet = false;
};

struct command_line {
  command what = command::run;
  plan::run_options run;
  output_options output;
  std::string slo = "p99=50ms,errors=0";
  std::string step = "5s";
  std::string rate_max;
  int repeats = 3;
  std::string kafka;   // verify: where from
  std::string run_id;  // verify: which run
  bool expect_all = false;
  bool from_beginning = false;
  std::string settle = "2s";
  std::int64_t server_pid = 0;
};

/// Nothing when there is nothing to do; `exit_code` says how that ended (help 0, usage 2). Prints what it must.
std::optional<command_line> read_command_line(int argc, const char* const* argv, int& exit_code);

}  // namespace loadgen::cli
