// The deadlines of a conversation: how long a head may take, and how slowly a body may come.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http1/conversation.h"

namespace gateway::http1 {
namespace {

constexpr std::string_view too_slow_for_crowd =
    "others wait for the room that this request holds, and it arrives at less than 256 KiB/s: send it again";

}  // namespace

void conversation::restart_clock(batching::clock::time_point now) noexcept {
  head_since_ = window_since_ = progress_at_ = now;
  window_bytes_ = 0;
  hurried_since_ = {};
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

void conversation::check_time(batching::clock::time_point now, bool hurried) {
  withdraw_late(now);
  if (phase_ == phase::ended) return;
  if (phase_ == phase::asking) {
    if (now - head_since_ > router_->limits().head_time_max) asked_kafka(false);
    return;
  }
  if (waits_for_us()) return restart_clock(now);
  if (phase_ == phase::stream) return check_stream(now, hurried);
  if (!hurried)
    hurried_since_ = {};
  else if (is_too_slow_for_others(now))
    return fail({errc::request_timeout, std::string(too_slow_for_crowd)});
  if (phase_ != phase::head) return check_pace(now);
  if (begun_ && now - head_since_ > router_->limits().head_time_max)
    fail({errc::request_timeout, "the header took longer than limits.head_time_max to arrive"});
}

// A stream may last: its client sends when it has something.
void conversation::check_stream(batching::clock::time_point now, bool hurried) {
  const auto quiet = now - progress_at_;
  if (hurried && quiet > batching::crowded_time) return end_stream(body_rest::unread);
  if (quiet > router_->limits().idle_time_max || (router_->on().draining() && quiet > drain_quiet_time))
    end_stream(body_rest::unread);
}

// The pace of late alone counts: much that came at once, long ago, makes no room now.
bool conversation::is_too_slow_for_others(batching::clock::time_point now) noexcept {
  if (!begun_) return false;
  if (now - progress_at_ > batching::crowded_time) return true;
  if (hurried_since_ == batching::clock::time_point{}) hurry(now);
  const auto taking = std::chrono::duration_cast<std::chrono::milliseconds>(now - hurried_since_);
  if (taking < batching::crowded_time) return false;
  const auto came = static_cast<std::int64_t>(received_bytes_ - hurried_from_);
  hurry(now);
  return came * 1000 < batching::crowded_rate_bytes_min * taking.count();
}

void conversation::hurry(batching::clock::time_point since) noexcept {
  hurried_since_ = since;
  hurried_from_ = received_bytes_;
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
