#pragma once

// The words of made-up domain events: types, and payloads of an exact length that look like a shop's and compress
// like one's. Used only when the pool of events is made, before the run.

#include <cstddef>
#include <string>
#include <string_view>

#include "loadgen/events/random.h"

namespace loadgen::events {

std::string_view pick_event_type(random_source& random);

/// The members of a payload object for this type (no braces), at most `size` bytes, every member whole.
std::string payload_members(std::string_view type, random_source& random, std::size_t size);

/// Plain words with spaces, exactly `size` characters, nothing JSON has to escape.
std::string words(random_source& random, std::size_t size);

}  // namespace loadgen::events
