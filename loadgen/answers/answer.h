#pragma once

// A server's answer to one request, in the same terms for every protocol. Made by http/, frames/ and, for
// protocols without answers, by sockets/stream.h, which reads it.

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
  std::string complaint;      // first words of an error or of a contradiction; empty when all is well
  bool inconsistent = false;  // the answer contradicts itself (counts against items)
};

}  // namespace loadgen::answers
