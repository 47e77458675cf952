#pragma once

// What one run is told besides its plan, and what came of it. Filled by run/run.h, read by capacity/ and report/.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/measure/progress.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/verify/verifier.h"

namespace loadgen::run {

struct settings {
  std::string verify_kafka;  // empty: no verification
  bool expect_all = false;
  std::chrono::nanoseconds settle = std::chrono::seconds(2);
  std::string run_file;  // empty: none is written
  std::optional<std::int64_t> server_pid;
};

struct result {
  result(const plan::run_plan& plan, std::optional<std::int64_t> server_pid) : course(plan, server_pid) {}

  std::string started;
  bool interrupted = false;
  measure::progress course;
  std::chrono::nanoseconds busiest_thread{};
  std::vector<std::string> limits;   // where the load generator itself stood in the way
  bool generator_limited = false;    // a thread of ours had no CPU left: the server may hold more
  std::vector<std::string> remarks;  // what else the figures have to be read with
  std::string run_file;              // where it is; empty: none was written
  std::string run_file_error;        // why it could not be written
  std::optional<verify::report> verification;
  std::string verify_error;  // why it could not be verified

  /// Whether nothing speaks against the server: some event was acked, and verification (if asked for) found it sound.
  bool good() const { return problems().empty(); }
  std::vector<std::string> problems() const;
};

}  // namespace loadgen::run
