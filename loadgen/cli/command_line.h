#pragma once

// The options of the command line and their help. Fills texts and checks none of them: jobs does. Called by main.

#include <iosfwd>
#include <string>

#include "loadgen/plan/options.h"
#include "loadgen/store/options.h"

namespace loadgen::cli {

enum class command { none, run, capacity, verify, store };

struct command_line {
  command what = command::none;  // none: help was asked for, or the words make no command
  int exit_code = 0;

  plan::run_options run;
  store::store_options store;
  std::string json;  // file, or - for stdout
  std::string html;
  std::string quiet;  // flags: empty, or "true"

  std::string verify;    // run, capacity: Kafka to read the events back from; empty: not
  std::string run_file;  // run: where to write it, - for none; verify: which
  std::string expect_all;
  std::string settle = "2s";
  std::string server_pid;

  // capacity
  std::string slo = "p99=50ms,errors=0";
  std::string step = "5s";
  std::string repeats = "3";
  std::string rate_max;

  // verify
  std::string kafka;
  std::string run_id;
  std::string from_beginning;
};

/// Help goes to `out`. An unknown word and an option that lacks its value are reported on `err` (exit code 2).
command_line read_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace loadgen::cli
