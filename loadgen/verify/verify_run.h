#pragma once

// Reads a run's topic back from Kafka and says what became of every event. Used after a run and by `verify`.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/kafka/patience.h"
#include "loadgen/verify/run_file.h"
#include "loadgen/verify/verifier.h"

namespace loadgen::verify {

struct options {
  std::string kafka;
  std::string topic;  // empty: the run's
  bool expect_all = false;
  bool from_beginning = false;  // ignore where the topic stood before the run
  std::chrono::nanoseconds settle = std::chrono::seconds(2);
  std::vector<std::string> kafka_properties;
  kafka::patience patience;
  std::function<void(double share)> progress;
};

/// Throws kafka::failure.
report verify_run(const run_record& run, const options& options);

}  // namespace loadgen::verify
