#pragma once

// A verification in words, for a person. Called by report/ and, when a server loses events, by capacity/.

#include <string>

#include "loadgen/verify/verifier.h"

namespace loadgen::verify {

/// Several lines; the last says PROVEN or FAILED.
std::string describe(const report& of_run);

}  // namespace loadgen::verify
