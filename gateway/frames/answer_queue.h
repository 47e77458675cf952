// The frames of one connection that were taken and are not answered yet, in their order. They settle in any order and
// are answered from the front, many with one ACK frame. The acks belong to the lane; the queue tells which it is done
// with.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/frames/ack_writer.h"

namespace gateway::frames {

class answer_queue {
 public:
  static constexpr std::size_t frames_kept = 32;  // room for so many stays while nothing is open

  struct open_frame {
    answered_frame frame;
    std::uint32_t bytes = 0;  // frame size, for credit
    std::chrono::steady_clock::time_point taken_at;
    std::string detail;        // of a refused one
    std::size_t failures = 0;  // as counted when it was pushed
  };

  void push(open_frame taken);

  /// Appends ACK frames to `out` for all frames at the front that are settled. `release` is called with each (and
  /// nullptr as its ack if it was refused) and when it was taken; the queue forgets it. Stops when `out` holds
  /// `out_bytes_max`: the rest is for when the client has read.
  template <typename Release>
  void write(std::string& out, std::uint32_t ack_frame_bytes_max, std::size_t out_bytes_max, Release&& release) {
    while (front_is_settled() && out.size() < out_bytes_max) {
      ack_writer writer(out);
      while (front_is_settled() && writer.add(view(front()), ack_frame_bytes_max)) {
        release(front().frame.answer, front().taken_at);
        pop();
      }
      writer.finish();
    }
  }

  /// Calls `each` with every ack that is still open or unwritten and forgets them all.
  template <typename Each>
  void abandon(Each&& each) {
    for (; size_ > 0; pop())
      if (front().frame.answer != nullptr) each(*front().frame.answer);
  }

  /// Failed events in acks that are not written yet: their memory is the client's doing.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
  /// Frames refused as a whole that are not written yet, each with its text.
  [[nodiscard]] std::size_t refused() const noexcept { return refused_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The oldest open frame can be answered.
  [[nodiscard]] bool front_is_settled() const noexcept {
    return size_ > 0 && (front().frame.answer == nullptr || front().frame.answer->is_settled());
  }
  /// Frames and bytes of frames answered since the connection began: what credit is counted from.
  [[nodiscard]] std::uint64_t answered_frames() const noexcept { return answered_frames_; }
  [[nodiscard]] std::uint64_t answered_bytes() const noexcept { return answered_bytes_; }

 private:
  [[nodiscard]] open_frame& front() noexcept { return ring_[first_]; }
  [[nodiscard]] const open_frame& front() const noexcept { return ring_[first_]; }
  [[nodiscard]] static answered_frame view(const open_frame& of) noexcept;
  void pop() noexcept;
  void grow();

  std::vector<open_frame> ring_;  // a power of two; bounded by the credit given
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t failures_ = 0;
  std::size_t refused_ = 0;
  std::uint64_t answered_frames_ = 0;
  std::uint64_t answered_bytes_ = 0;
};

}  // namespace gateway::frames
