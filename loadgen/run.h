#pragma once

// One run from start to verdict: makes the load, watches it, writes the run file, verifies from Kafka. Called by the
// command line for `run`, and many times over by `capacity`.

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/live_view.h"
#include "loadgen/plan.h"
#include "loadgen/progress.h"
#include "loadgen/verifier.h"
#include "loadgen/verify.h"

namespace loadgen {

struct run_settings {
  std::string verify_kafka;  // empty: no verification
  bool expect_all = false;
  std::chrono::nanoseconds settle = std::chrono::seconds(2);
  std::string run_file;  // empty: none is written
  std::optional<std::int64_t> server_pid;
};

struct run_result {
  run_result(const run_plan& plan, std::optional<std::int64_t> server_pid) : course(plan, server_pid) {}

  std::string started;
  bool interrupted = false;
  progress course;
  std::chrono::nanoseconds busiest_thread{};
  std::vector<std::string> limits;   // where the load generator itself stood in the way
  bool generator_limited = false;    // a thread of ours had no CPU left: the server may hold more
  std::vector<std::string> remarks;  // what else the figures have to be read with
  std::string run_file;
  std::optional<verify_report> verification;
  std::string verify_error;  // why it could not be verified

  /// Whether nothing speaks against the server: some event was acked, and verification (if asked for) found it sound.
  bool good() const;
  std::vector<std::string> problems() const;
};

/// `interrupt`: set by a signal; ends the load early, what was sent is still verified.
run_result run(const run_plan& plan, const run_settings& settings, live_view& view, const std::atomic<bool>& interrupt);

}  // namespace loadgen
