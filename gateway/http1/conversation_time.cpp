// The deadlines of a conversation: how long a head may take, and how slowly a body may come.
#include <chrono>

#include "gateway/http1/conversation.h"

namespace gateway::http1 {

void conversation::restart_clock(batching::clock::time_point now) noexcept {
  head_since_ = window_since_ = progress_at_ = now;
  window_bytes_ = 0;
}

// Events never sent are taken back before the answer says that they may still be written: then a retry is safe.
void conversation::withdraw_late(batching::clock::time_point now) {
  for (exchange* x = first_; x != nullptr; x = x->next) {
    if (x->answered || x->withdrawn || now < x->deadline) continue;
    x->withdrawn = true;
    if (x->ack == nullptr) continue;
    x->deadline = now + withdraw_patience;
    router_->on().withdraw(*x->ack);
  }
}

void conversation::check_time(batching::clock::time_point now) {
  withdraw_late(now);
  if (phase_ == phase::ended) return;
  if (phase_ == phase::asking) {
    if (now - head_since_ > router_->limits().head_time_max) asked_kafka(false);
    return;
  }
  if (waits_for_us()) return restart_clock(now);
  if (phase_ == phase::stream) return check_stream(now);
  if (phase_ != phase::head) return check_pace(now);
  if (begun_ && now - head_since_ > router_->limits().head_time_max)
    fail({errc::request_timeout, "the header took longer than limits.head_time_max to arrive"});
}

// A stream may last: its client sends when it has something.
void conversation::check_stream(batching::clock::time_point now) {
  const auto quiet = now - progress_at_;
  if (quiet > router_->limits().idle_time_max || (router_->on().draining() && quiet > drain_quiet_time)) end_stream();
}

void conversation::check_pace(batching::clock::time_point now) {
  const config::limits& limits = router_->limits();
  const double seconds = std::chrono::duration<double>(now - window_since_).count();
  const bool stalled = now - progress_at_ > limits.body_time_max;
  const bool window_over = now - window_since_ >= limits.body_time_max;
  const bool slow = window_over && static_cast<double>(window_bytes_) < seconds * limits.body_rate_bytes_min;
  if (window_over) {
    window_since_ = now;
    window_bytes_ = 0;
  }
  if (!stalled && !slow) return;
  if (phase_ == phase::discard || phase_ == phase::discard_chunks) {
    phase_ = phase::ended;  // it has its answer
    return;
  }
  fail({errc::request_timeout, stalled ? "the body made no progress for limits.body_time_max"
                                       : "the body arrives more slowly than limits.body_rate_bytes_min"});
}

}  // namespace gateway::http1
