// A whole read-model program: `int main(..) { return run_program(..); }` with the projections of one's own. Reads the
// command line, does the one thing asked for, turns the result into an exit code: 0 done (verify: sound), 1 failed or
// not sound, 2 a wrong command line.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "readmodel/fold/projection.h"

namespace readmodel::app {

[[nodiscard]] int run_program(int argc, char** argv, std::string_view name,
                              const std::vector<std::unique_ptr<fold::projection>>& projections);

}  // namespace readmodel::app
