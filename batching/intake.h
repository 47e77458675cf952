// The door of the core: takes the decoded events of one request, decides for each what becomes of it, and puts the good
// ones into their partitions' batches. One a lane, lane thread only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "batching/ack.h"
#include "batching/ack_level.h"
#include "batching/batcher.h"
#include "batching/event.h"
#include "batching/hold_back.h"
#include "batching/in_flight.h"
#include "batching/topic_table.h"

namespace batching {

/// The effect of an invalid event on the others of its request.
enum class on_invalid : std::uint8_t { skip, fence, refuse };

/// How events of one topic are taken. From the configuration.
struct intake_policy {
  bool require_key = false;
  std::uint32_t event_bytes_max =
      1'000'000;  // value and headers; Kafka's default message.max.bytes is 1,048,588 for the whole batch
  std::uint32_t key_bytes_max = 4096;
  on_invalid invalid = on_invalid::skip;
  bool others_invalid = false;  // of a request to several topics: an event for another one is invalid
};

enum class admission : std::uint8_t {
  taken,  // every event is settled already or in a batch
  full,   // the budget has no room: nothing was taken, nothing was settled
};

/// For should_wait(), where a request is not unpacked yet: `records` of `bytes` together need at most this.
[[nodiscard]] room_wanted room_for(const topic_entry& to, const intake_policy& policy, std::size_t records,
                                   std::size_t bytes) noexcept;

class intake {
 public:
  intake(batcher& batches, in_flight& budget) : batches_(&batches), budget_(&budget) {}

  /// `answer` has begun with as many events as there are. On `taken` the caller seals it; what was settled on the spot
  /// (rejected, blocked, partition full, or accepted) is in it already. Bytes are copied; `list` gets `invalid` filled
  /// in where the policy refuses an event. Of a request to several topics, this one's events alone are looked at: those
  /// with this `destination`.
  admission submit(const topic_entry& to, const intake_policy& policy, events& list, ack& answer, ack_level level,
                   clock::time_point now, std::uint16_t destination = 0);
  /// The part of submit() that fills in `invalid`; true: some event of that destination is.
  static bool check(const topic_entry& to, const intake_policy& policy, events& list, std::uint16_t destination);

  /// Would the topic's events be refused for its share of the budget right now? Asked before a body is read.
  [[nodiscard]] bool is_full(const topic& of) const noexcept { return of.in_flight_bytes() >= budget_->share_bytes(); }

  /// Records put into batches so far. Conservation: admitted = settled + in flight.
  [[nodiscard]] std::uint64_t records_admitted() const noexcept { return records_admitted_; }

  /// So many keyless events of one request stay together; the next ones go to the next partition.
  static constexpr std::uint32_t keyless_run_records = 64;
  static constexpr std::size_t headers_max = 128;  // of one record

 private:
  struct request;
  void refuse(request& r, std::uint32_t index);
  void place(request& r, std::uint32_t index);
  std::int32_t partition_for(const request& r, std::uint32_t index) const noexcept;
  bool has_room(request& r, const event& e, std::int32_t partition);

  batcher* batches_;
  in_flight* budget_;
  std::uint32_t spread_ = 0;  // where the next request's keyless events go
  std::uint64_t records_admitted_ = 0;
  std::vector<std::int32_t> roomy_partitions_;  // of the request at hand: taken whole
  std::vector<std::int32_t> full_partitions_;   // of the request at hand: refused whole
};

}  // namespace batching
