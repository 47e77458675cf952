// The payloads that clients send, read field by field. Pure; views point into the payload.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/frames/frame_reader.h"
#include "gateway/frames/protocol.h"

namespace gateway::frames {

/// The result of each reader: nothing when `out` holds the message, else why the connection ends.
using fault = std::optional<violation>;

[[nodiscard]] fault read_hello(std::string_view payload, hello& out);
[[nodiscard]] fault read_publish(const frame& from, publish& out);
[[nodiscard]] fault read_close(std::string_view payload, close& out);
/// The 8 bytes that a PONG repeats.
[[nodiscard]] fault read_ping(std::string_view payload, std::string_view& out);

}  // namespace gateway::frames
