#include "gateway/decode/unpacker.h"

namespace gateway::decode {

// A body that took several steps is not handed over in the last one: reading it is a step of its own.
const unpacker::result* unpacker::go_on(const void* owner, encoding how, std::string_view in, std::size_t out_max,
                                        time_point now) {
  if (owner_ != nullptr && owner_ != owner && now - asked_at_ < patience) return nullptr;
  asked_at_ = now;
  const bool is_new = owner_ != owner || in_.data() != in.data() || in_.size() != in.size();
  if (is_new) {
    clear();
    owner_ = owner;
    in_ = in;
    with_.begin(how, in, out_max, out_);
  }
  if (done_) return &*done_;
  done_ = with_.go_on(step_bytes);
  return done_ && is_new ? &*done_ : nullptr;
}

void unpacker::clear() noexcept {
  owner_ = nullptr;
  in_ = {};
  done_.reset();
  out_.clear();
  out_.shrink(bytes_kept);
}

}  // namespace gateway::decode
