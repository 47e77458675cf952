#include "gateway/frames/answer_queue.h"

#include <utility>

namespace gateway::frames {

void answer_queue::push(open_frame taken) {
  if (size_ == ring_.size()) grow();
  ring_[(first_ + size_) & (ring_.size() - 1)] = std::move(taken);
  ++size_;
}

answered_frame answer_queue::view(const open_frame& of) noexcept {
  answered_frame frame = of.frame;
  frame.detail = of.detail;
  return frame;
}

void answer_queue::pop() noexcept {
  ++answered_frames_;
  answered_bytes_ += front().bytes;
  front().frame.answer = nullptr;
  first_ = (first_ + 1) & (ring_.size() - 1);
  --size_;
}

void answer_queue::grow() {
  std::vector<open_frame> larger(ring_.empty() ? 8 : ring_.size() * 2);
  for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move(ring_[(first_ + i) & (ring_.size() - 1)]);
  ring_ = std::move(larger);
  first_ = 0;
}

}  // namespace gateway::frames
