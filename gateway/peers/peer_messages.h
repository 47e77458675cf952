// The messages of a client of the event store's frames: the other direction of frames/store_messages.h. Pure;
// views point into the payload.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/stores/peers.h"
#include "store/append.h"

namespace gateway::peers {

/// `is_peer`: PEER will follow.
void write_hello(std::string& out, std::string_view name, bool is_peer, std::uint32_t receive_bytes_max);
/// Requests that are not to be passed on further.
void write_append(std::string& out, std::uint64_t request, std::chrono::milliseconds time_max, std::string_view topic,
                  std::span<const ::store::append> appends);
void write_read(std::string& out, std::uint64_t request, const stores::remote_read& what);
/// How large the frame of these appends is.
[[nodiscard]] std::size_t append_frame_bytes(std::string_view topic, std::span<const ::store::append> appends);

struct welcome_read {
  std::uint16_t version = 0;
  std::uint32_t frame_bytes_max = 0;
  std::uint32_t requests_max = 0;
  std::string_view challenge;
};
/// nullopt: it makes no sense, or is of version 1.
[[nodiscard]] std::optional<welcome_read> read_welcome(std::string_view payload);

struct appended_read {
  std::uint64_t request = 0;
  std::uint8_t status = 0;
  std::vector<::store::append_answer> results;
};
[[nodiscard]] std::optional<appended_read> read_appended(std::string_view payload);

struct events_read {
  std::uint64_t request = 0;
  std::uint8_t status = 0;
  stores::remote_piece piece;  // `events` are views into `piece.bytes`
};
[[nodiscard]] std::optional<events_read> read_events(std::string_view payload);

}  // namespace gateway::peers
