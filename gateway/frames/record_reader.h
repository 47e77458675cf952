// Turns a decompressed record block into events. One a lane: it keeps the memory for headers from frame to frame.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "batching/event.h"
#include "gateway/frames/messages.h"

namespace gateway::frames {

class record_reader {
 public:
  /// Fills `out` (cleared first) with exactly `records` events. Views point into `block`, headers into this reader,
  /// until the next call. On a fault `out` holds nothing of use.
  [[nodiscard]] fault read(std::string_view block, std::uint32_t records, batching::events& out);

  /// Of the block read last: some record has a timestamp of its own.
  [[nodiscard]] bool has_timestamps() const noexcept { return has_timestamps_; }
  /// Of the block read last.
  [[nodiscard]] std::size_t headers() const noexcept { return headers_.size(); }

 private:
  struct with_headers {
    std::uint32_t event;
    std::uint32_t first;
    std::uint32_t count;
  };
  fault read_extras(std::string_view block, std::size_t& at, std::uint32_t field, std::uint32_t index,
                    batching::event& e);
  fault read_headers(std::string_view block, std::size_t& at, std::uint32_t count, std::uint32_t index);
  void attach_headers(batching::events& out) noexcept;

  std::vector<batching::header> headers_;
  std::vector<with_headers> with_headers_;
  bool has_timestamps_ = false;
};

}  // namespace gateway::frames
