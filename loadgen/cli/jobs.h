#pragma once

// The job of the program, checked: every option is read before anything is sent, so that a mistake in the last one does
// not cost a run. Made from the command line, carried out by main.

#include <chrono>
#include <string>
#include <vector>

#include "loadgen/capacity/measure_capacity.h"
#include "loadgen/cli/command_line.h"
#include "loadgen/plan/options.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/run/result.h"
#include "loadgen/store/options.h"
#include "loadgen/verify/run_file.h"
#include "loadgen/verify/verify_run.h"

namespace loadgen::cli {

/// The files that results go to, checked to be writable; the words for people go to the terminal.
struct outputs {
  std::string json;  // file, or - for stdout; empty: none
  std::string html;
  bool quiet = false;
};

struct run_job {
  plan::run_plan plan;
  run::settings settings;
  outputs results;
};

struct capacity_job {
  plan::run_options options;  // of each measurement
  plan::run_plan plan;        // of the first, for reports
  capacity::settings settings;
  outputs results;
};

struct verify_job {
  verify::run_record record;
  verify::options options;
  outputs results;
};

struct store_job {
  store::load::load_plan plan;
  store::store_settings settings;
  outputs results;
};

/// Each throws units::usage_error that names the option it cannot use, the text and what is allowed.
run_job make_run_job(const command_line& line);
capacity_job make_capacity_job(const command_line& line);
verify_job make_verify_job(const command_line& line);
store_job make_store_job(const command_line& line);

}  // namespace loadgen::cli
