// The projection that every program has without a line of code: the last event of each aggregate, and how many there
// were. Made by main.cpp.
#pragma once

#include <memory>

#include "readmodel/fold/projection.h"

namespace readmodel::app {

/// Table latest: aggregate_id, events, event_type, event (its JSON, as it was sent).
[[nodiscard]] std::unique_ptr<fold::projection> make_latest();

}  // namespace readmodel::app
