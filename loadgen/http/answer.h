#pragma once

// Reads what the body of an HTTP answer says of each event. Not the bytes of a response: that is http/response.h.

#include <cstdint>
#include <string_view>

#include "loadgen/answers/answer.h"

namespace loadgen::http {

/// Reads the JSON answer to a request of `events` events. Tolerates what it does not know.
answers::answer read_answer(int status, std::string_view body, std::uint32_t events);

}  // namespace loadgen::http
