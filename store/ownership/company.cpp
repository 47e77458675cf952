#include "store/ownership/company.h"

#include <algorithm>

namespace store::ownership {

namespace {

constexpr std::size_t stragglers = 4;  // one of so many is not waited for: it decides, or writes elsewhere

}  // namespace

std::size_t company::wanted(time_point now) const noexcept {
  if (now - answered_at_ > remembered) return 1;
  return std::min(expected_ - expected_ / stragglers, enough);
}

bool company::is_due(std::size_t waiting, bool is_one_under_way, time_point now) noexcept {
  if (waiting == 0) {
    on_sent();
    return false;
  }
  waits_since_ = std::min(waits_since_, now);
  due_ = waits_since_ + linger_;
  if (is_one_under_way) return waiting >= pipelined_min || now >= due_;
  due_ = std::min(due_, std::max(waits_since_, answered_at_) + round_trip_);
  return waiting >= wanted(now) || now >= due_;
}

void company::on_answered(std::size_t answered, std::size_t waiting, batching::clock::duration round_trip,
                          time_point now) noexcept {
  expected_ = std::max<std::size_t>(1, answered + waiting);
  round_trip_ = round_trip;
  answered_at_ = now;
}

}  // namespace store::ownership
