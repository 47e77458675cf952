#pragma once

// The settings of one run besides its plan, and its result. Filled by run/run.h, read by capacity/ and report/.

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
  std::vector<std::string> limits;   // of the load generator itself
  bool generator_limited = false;    // a thread of ours had no CPU left: the server may hold more
  std::vector<std::string> remarks;  // facts that a reader of the figures has to know
  std::string run_file;              // where it is; empty: none was written
  std::string run_file_error;        // the reason why it could not be written
  std::optional<verify::report> verification;
  std::string verify_error;  // the reason why it could not be verified

  /// Some event was acked, and the verification, if it was asked for, found no problem.
  bool good() const { return problems().empty(); }
  std::vector<std::string> problems() const;
};

}  // namespace loadgen::run
