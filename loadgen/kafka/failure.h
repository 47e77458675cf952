#pragma once

// The reason why Kafka could not be asked or read. Thrown by everything in kafka/, caught by run/ and main.

#include <stdexcept>

namespace loadgen::kafka {

/// One line for a person: what could not be done and why, how long we waited for it, and what to check.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace loadgen::kafka
