#pragma once

// Reads a run's topic back from Kafka and says what became of every event. Used after a run and by `verify`.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/run_file.h"
#include "loadgen/verifier.h"

namespace loadgen {

struct verify_options {
  std::string kafka;
  std::string topic;  // empty: the run's
  bool expect_all = false;
  bool from_beginning = false;  // ignore where the topic stood before the run
  std::chrono::nanoseconds settle = std::chrono::seconds(2);
  std::vector<std::string> kafka_properties;
  std::function<void(double share)> progress;
};

/// Throws kafka_error.
verify_report verify(const run_record& run, const verify_options& options);

/// The report for people, several lines.
std::string describe(const verify_report& report);

}  // namespace loadgen
