// Takes what the consumer has at once, up to a batch's limits: small batches when little happens, large ones when the
// projector is behind. Used by the projector, the rebuild and the verification, on their thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "readmodel/kafka/consumer.h"
#include "readmodel/project/pipeline.h"

namespace readmodel::project {

struct batch_limits {
  std::size_t events_max = 20'000;
  std::size_t bytes_max = 16 * 1024 * 1024;
};

/// Records whose bytes live as long as this.
struct collected {
  std::vector<kafka::message> messages;
  batch records;
  std::size_t bytes = 0;

  void add(kafka::message one);
  void leave_out(std::int32_t partition) { records.erase(partition); }
};

/// Waits for the first message, then takes what is there. Empty: nothing came in time, or the group wants something.
[[nodiscard]] collected collect(kafka::consumer& from, const batch_limits& limits, std::chrono::milliseconds patience);

}  // namespace readmodel::project
