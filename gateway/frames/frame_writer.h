// The frames that the gateway sends, appended to an output buffer. ACK is written by ack_writer.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/frames/protocol.h"

namespace gateway::frames {

/// Begins a frame at the end of `out`; end_frame() fills in its length and checksum. Returns where it begins.
[[nodiscard]] std::size_t begin_frame(std::string& out, frame_type type);
void end_frame(std::string& out, std::size_t begun_at) noexcept;

void write_welcome(std::string& out, const welcome& what);
void write_credit(std::string& out, const credit& total);
void write_pong(std::string& out, std::string_view ping);
void write_close(std::string& out, const close& what);
/// `sequence`: the frame concerned, 0 for none. `last_sequence`: the last frame that was taken.
void write_error(std::string& out, const violation& why, std::uint64_t sequence, std::uint64_t last_sequence);

}  // namespace gateway::frames
