#pragma once

// The reason why a file of the user's events cannot be used. Thrown by images and replay, which do not know the file's
// name; plan/ adds it.

#include <stdexcept>

namespace loadgen::events {

struct content_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace loadgen::events
