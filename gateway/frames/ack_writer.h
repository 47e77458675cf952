// Writes one ACK frame: counts over all the frames it answers, and an entry for each that needs one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "batching/ack.h"
#include "batching/ack_level.h"
#include "gateway/frames/protocol.h"

namespace gateway::frames {

/// A frame that is answered. `answer` nullptr: refused as a whole, see `status`.
struct answered_frame {
  std::uint64_t sequence = 0;
  std::uint32_t records = 0;
  batching::ack_level ack = batching::ack_level::broker;  // of one that was taken
  frames::results results = frames::results::failures;
  frame_status status = frame_status::taken;
  batching::ack* answer = nullptr;
  std::string_view detail;
};

class ack_writer {
 public:
  /// Begins a frame at the end of `out`. finish() must follow; nothing else may be appended between.
  explicit ack_writer(std::string& out);
  ack_writer(const ack_writer&) = delete;
  ack_writer& operator=(const ack_writer&) = delete;

  /// False: with this one the frame would be larger than `bytes_max`, so it goes into the next; the first is never
  /// refused.
  [[nodiscard]] bool add(const answered_frame& next, std::uint32_t bytes_max);
  void finish() noexcept;

  [[nodiscard]] std::uint32_t frames() const noexcept { return frames_; }

  /// The most records a PUBLISH frame may have so that its entry always fits into an ACK frame of `ack_bytes_max`
  /// bytes: a record costs its position (12) and either a failure (8, without detail) or at worst a range of its own
  /// (24).
  [[nodiscard]] static constexpr std::uint32_t records_max_for(std::uint32_t ack_frame_bytes_max) noexcept {
    constexpr std::uint32_t fixed_bytes = header_bytes + 48 + 28 + detail_bytes_max, record_bytes = 36;
    return (ack_frame_bytes_max - fixed_bytes) / record_bytes;
  }

 private:
  void count(const answered_frame& f) noexcept;
  void write_entry(const answered_frame& f, std::size_t details_bytes_max);

  std::string* out_;
  std::size_t begun_at_;
  std::uint64_t sequence_ = 0;
  std::uint32_t frames_ = 0;
  std::uint32_t entries_ = 0;
  std::uint32_t counts_[8] = {};  // as on the page: six outcomes, accepted, refused
};

}  // namespace gateway::frames
