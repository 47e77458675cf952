// The commands of a read-model program, one function each. Used by program.cpp; each blocks until it is done and
// returns the exit code.
#pragma once

#include <stop_token>

#include "readmodel/app/options.h"
#include "readmodel/app/settings.h"

namespace readmodel::app {

struct job {
  const options* line = nullptr;
  const settings* with = nullptr;
  const fold::projection* how = nullptr;
  std::stop_token stop;       // SIGTERM: end in good order
  std::stop_token stop_hard;  // it takes too long, or a second signal
};

[[nodiscard]] int run(const job& what);
[[nodiscard]] int rebuild(const job& what);
[[nodiscard]] int verify(const job& what);
[[nodiscard]] int status(const job& what);
[[nodiscard]] int switch_to(const job& what);
[[nodiscard]] int drop(const job& what);

}  // namespace readmodel::app
