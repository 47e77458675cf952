#pragma once

// One request of a stream: its events, laid out ready to send, and its times. Slots are reused, so a running stream
// allocates nothing. Filled by load/feed.h, encoded by a protocol, sent and settled by sockets/stream.h.

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "loadgen/timing/run_clock.h"

namespace loadgen::wire {

struct request_event {
  std::uint32_t number;
  std::uint32_t aggregate;
  std::uint32_t offset;  // in the body
  std::uint32_t size;
};

struct request {
  // The events, each followed by one separator byte, behind `head_room` bytes for what the protocol puts in front.
  static constexpr std::size_t head_room = 1536;

  std::vector<char> buffer;
  std::vector<request_event> events;
  std::size_t body_size = 0;  // events and separators

  std::vector<char> coded;  // what is sent instead, when the protocol cannot send the buffer itself
  std::string_view wire;    // the bytes to send, in `buffer` or `coded`
  std::size_t wire_sent = 0;

  std::uint64_t id = 0;  // counts up in the stream
  timing::steady::time_point intended{};
  timing::steady::time_point started{};  // first attempt's first byte
  timing::steady::time_point sent{};     // this attempt's first byte
  timing::steady::time_point resend_at{};
  std::uint32_t attempts = 0;
  bool answered = false;

  char* body() { return buffer.data() + head_room; }
  std::string_view event(const request_event& e) const { return {buffer.data() + head_room + e.offset, e.size}; }
};

}  // namespace loadgen::wire
