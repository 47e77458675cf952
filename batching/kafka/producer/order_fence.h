// Keeps events from being written for a while: those of aggregates of which an earlier event got `not_persisted`, or
// has an unknown fate. The client was invited to send that one again, so nothing may be written behind it in the
// meantime. It stands until the answer has left and every lane has handed over what it admitted before that; an event
// that is admitted later is a new decision of the client. Pure. Used by the partition queue.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "batching/batch.h"
#include "batching/topic_table.h"

namespace batching::kafka::producer {

class order_fence {
 public:
  /// Of keys that are kept. Beyond it every key is stopped.
  static constexpr std::size_t key_bytes_max = 1024 * 1024;

  /// `why` the later events are blocked.
  order_fence(std::uint64_t number, reason why) noexcept : number_(number), why_(why) {}

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] reason why() const noexcept { return why_; }
  [[nodiscard]] bool empty() const noexcept { return keys_.empty() && !stops_every_key_; }

  /// False: the key was stopped already.
  bool stop(std::string_view key);
  /// Stops what `other` stops, too.
  void absorb(const order_fence& other);
  /// The answer has left: what is admitted after `now` passes.
  void answered(clock::time_point now) noexcept { stops_until_ = now; }

  /// Events without a key have no aggregate and pass.
  [[nodiscard]] bool stops(const record& r, clock::time_point admitted_at) const {
    return r.key != nullptr && admitted_at <= stops_until_ && (stops_every_key_ || keys_.contains(r.key_view()));
  }

 private:
  std::uint64_t number_;
  reason why_;
  bool stops_every_key_ = false;
  std::size_t key_bytes_ = 0;
  std::unordered_set<std::string, string_hash, std::equal_to<>> keys_;
  clock::time_point stops_until_ = clock::time_point::max();
};

}  // namespace batching::kafka::producer
