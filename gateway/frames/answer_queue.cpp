#include "gateway/frames/answer_queue.h"

#include <utility>

namespace gateway::frames {

void answer_queue::push(open_frame taken) {
  if (size_ == ring_.size()) grow();
  if (taken.frame.answer != nullptr) taken.failures = taken.frame.answer->failures().size();
  failures_ += taken.failures;
  refused_ += taken.frame.answer == nullptr ? 1 : 0;
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
  failures_ -= front().failures;
  refused_ -= front().frame.answer == nullptr ? 1 : 0;
  front().frame.answer = nullptr;
  first_ = (first_ + 1) & (ring_.size() - 1);
  --size_;
  if (size_ > 0 || ring_.size() <= frames_kept) return;
  ring_ = {};
  first_ = 0;
}

void answer_queue::grow() {
  std::vector<open_frame> larger(ring_.empty() ? 8 : ring_.size() * 2);
  for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move(ring_[(first_ + i) & (ring_.size() - 1)]);
  ring_ = std::move(larger);
  first_ = 0;
}

}  // namespace gateway::frames
