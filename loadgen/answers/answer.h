#pragma once

// What a server said about one request, in the terms the streams and the report need, whatever the protocol.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/answers/outcome.h"

namespace loadgen::answers {

struct answer {
  int status = 0;                                   // HTTP status; 0 where there is none
  event_outcome whole = event_outcome::unanswered;  // of every event not listed below
  struct exception {
    std::uint32_t index;
    event_outcome outcome;
  };
  std::vector<exception> exceptions;
  std::optional<std::chrono::milliseconds> retry_after;
  std::string complaint;      // first words of an error or of what does not add up; empty when all is well
  bool inconsistent = false;  // the answer contradicts itself (counts against items)
};

}  // namespace loadgen::answers
