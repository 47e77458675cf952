// Finds the next whole frame in bytes received, and nothing else: length, type, checksum. Payloads are read by
// messages.h. Keeps nothing and allocates nothing unless the frame is broken.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/frames/protocol.h"

namespace gateway::frames {

struct frame {
  frame_type type = frame_type::hello;
  std::string_view payload;  // into the bytes received
  std::uint32_t bytes = 0;   // frame size
};

enum class frame_state : std::uint8_t {
  partial,  // `bytes` must be there before it is worth to call again
  whole,
  broken,
};

struct frame_read {
  frame_state state = frame_state::partial;
  frame found;              // whole
  std::uint32_t bytes = 0;  // partial: the frame size, or header_bytes while that is not known
  violation why{};          // broken
};

/// `received` begins with a frame. `publish_bytes_max` bounds PUBLISH frames; others have their own, smaller bounds, so
/// that a lying length is found out before its bytes are waited for.
[[nodiscard]] frame_read read_frame(std::string_view received, std::uint32_t publish_bytes_max);
/// On the client's side: every frame has at most `bytes_max`.
[[nodiscard]] frame_read read_any_frame(std::string_view received, std::uint32_t bytes_max);

}  // namespace gateway::frames
