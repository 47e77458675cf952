#include "batching/intake.h"

#include <algorithm>
#include <cassert>
#include <unordered_set>

#include "batching/partitioner.h"

namespace batching {
namespace {

/// The size of Kafka's record beside its key: all of it counts against event_bytes_max.
std::size_t value_bytes(const event& e) noexcept {
  std::size_t bytes = e.value.size();
  e.for_each_header([&bytes](const header& h) { bytes += h.name.size() + h.value.size(); });
  return bytes;
}

std::int64_t cost_of(const event& e) noexcept {
  if (!e.is_plain()) [[unlikely]]
    return batch::cost_of(e);
  return static_cast<std::int64_t>(e.key.size() + e.value.size()) + batch::record_overhead_bytes;
}

bool has_legal_headers(const event& e) noexcept {
  bool legal = e.header_count() <= intake::headers_max;
  e.for_each_header([&legal](const header& h) { legal &= h.name.find('\0') == std::string_view::npos; });
  return legal;
}

/// Why the topic does not take an event, and what to change.
struct fault {
  reason why = reason::none;
  std::string_view advice;
};

fault fault_of_key(const topic_entry& to, const intake_policy& policy, const event& e) noexcept {
  if (e.key.size() > policy.key_bytes_max)
    return {reason::key_too_large, "the aggregate id is longer than the topic's key_bytes_max"};
  if (e.has_key) return {};
  if (policy.require_key) return {reason::missing_key, "the topic requires an aggregate id and none was found"};
  if (to.is_compacted)
    return {reason::missing_key,
            "the topic is compacted in Kafka (cleanup.policy), and a compacted topic takes no event without a key"};
  return {};
}

// Nearly every event is: a few comparisons then, and fault_of() is not asked.
bool is_surely_fine(const intake_policy& policy, const event& e) noexcept {
  return e.has_key && !e.value.empty() && e.is_plain() && e.partition < 0 && e.value.size() <= policy.event_bytes_max &&
         e.key.size() <= policy.key_bytes_max;
}

fault fault_of(const topic_entry& to, const intake_policy& policy, const event& e) noexcept {
  if (e.value.empty() && !e.is_tombstone && !e.may_be_empty)
    return {reason::empty_event,
            "an event needs at least one byte: to delete what stands under its key, send a tombstone"};
  if (value_bytes(e) > policy.event_bytes_max)
    return {reason::event_too_large,
            "larger than the topic's event_bytes_max: send a smaller event or raise the limit"};
  if (const fault wrong = fault_of_key(to, policy, e); wrong.why != reason::none) return wrong;
  if (e.partition >= to.partitions) return {reason::unknown_partition, "the topic has no such partition"};
  if (!has_legal_headers(e))
    return {reason::invalid_header, "a record takes at most 128 headers, and no zero byte in a header's name"};
  return {};
}

struct checked {
  std::int64_t cost = 0;  // of the valid ones together
  bool any_invalid = false;
};

checked check_all(const topic_entry& to, const intake_policy& policy, events& list, std::uint16_t destination) {
  checked all;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    event& e = list[i];
    if (e.destination != destination) continue;
    if (e.invalid == reason::none && !is_surely_fine(policy, e)) {
      const fault wrong = fault_of(to, policy, e);
      e.invalid = wrong.why;
      if (wrong.why != reason::none) e.detail = wrong.advice;
    }
    if (e.invalid == reason::none)
      all.cost += cost_of(e);
    else
      all.any_invalid = true;
  }
  return all;
}

}  // namespace

room_wanted room_for(const topic_entry& to, const intake_policy& policy, std::size_t records,
                     std::size_t bytes) noexcept {
  constexpr std::int64_t overhead = batch::record_overhead_bytes;
  const std::int64_t all = static_cast<std::int64_t>(bytes) + static_cast<std::int64_t>(records) * overhead;
  const std::int64_t one = std::int64_t{policy.event_bytes_max} + policy.key_bytes_max + overhead;
  return {to.shared.get(), to.partitions, all, std::min(all, one)};
}

struct intake::request {
  const topic_entry& to;
  const events& list;
  ack& answer;
  ack_level level;
  clock::time_point now;
  const intake_policy& policy;
  std::int64_t unused_bytes = 0;  // reserved for events that were not placed after all
  bool all_fenced = false;
  std::unordered_set<std::string_view> fenced_keys{};
  bool topic_has_room = true;
};

bool intake::check(const topic_entry& to, const intake_policy& policy, events& list, std::uint16_t destination) {
  return check_all(to, policy, list, destination).any_invalid;
}

admission intake::submit(const topic_entry& to, const intake_policy& policy, events& list, ack& answer, ack_level level,
                         clock::time_point now, std::uint16_t destination) {
  assert(answer.events() == list.size() && to.partitions > 0);
  const checked all = check_all(to, policy, list, destination);
  const bool refuse_all = policy.invalid == on_invalid::refuse && (all.any_invalid || policy.others_invalid);
  const std::int64_t cost = refuse_all ? 0 : all.cost;
  if (cost > 0 && (budget_->paused() || !budget_->reserve(cost))) return admission::full;
  const bool topic_has_room = cost == 0 || to.shared->reserve(cost, budget_->share_bytes());

  roomy_partitions_.clear();
  full_partitions_.clear();
  ++spread_;
  request r{to, list, answer, level, now, policy};
  r.topic_has_room = topic_has_room;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const event& e = list[i];
    if (e.destination != destination) continue;
    if (e.invalid != reason::none)
      refuse(r, i);
    else if (refuse_all)
      answer.settle_failed(i, outcome::not_persisted, reason::request_refused,
                           "another event of this request is invalid and on_invalid=refuse");
    else
      place(r, i);
  }
  if (r.unused_bytes > 0) budget_->release(r.unused_bytes);
  if (r.unused_bytes > 0 && topic_has_room) to.shared->release(r.unused_bytes);
  return admission::taken;
}

void intake::refuse(request& r, std::uint32_t index) {
  const event& e = r.list[index];
  r.answer.settle_failed(index, outcome::rejected, e.invalid, e.detail);
  if (r.policy.invalid != on_invalid::fence) return;
  if (e.has_key)
    r.fenced_keys.insert(e.key);
  else
    r.all_fenced = true;
}

void intake::place(request& r, std::uint32_t index) {
  const event& e = r.list[index];
  const bool fenced = r.all_fenced || (!r.fenced_keys.empty() && e.has_key && r.fenced_keys.contains(e.key));
  if (fenced) {
    r.unused_bytes += cost_of(e);
    r.answer.settle_failed(index, outcome::blocked, reason::aggregate_fenced,
                           "an earlier event of this aggregate in this request is invalid");
    return;
  }
  const std::int32_t partition = partition_for(r, index);
  if (!has_room(r, e, partition)) {
    r.unused_bytes += cost_of(e);
    r.answer.settle_failed(index, outcome::not_persisted, reason::partition_full,
                           "its partition or topic is stuck and holds its share of the in-flight budget; retry later");
    return;
  }
  batch& b = batches_->open(r.to.shared, partition, r.now);
  const bool waits = r.level == ack_level::broker;
  b.append(e, waits ? &r.answer : nullptr, index);
  ++records_admitted_;
  if (!waits) r.answer.settle_accepted(index);
}

// Keyless events of one request stay together in runs: fewer partitions a request make fewer, larger batches, but a
// large request must not end up in a single one.
std::int32_t intake::partition_for(const request& r, std::uint32_t index) const noexcept {
  const event& e = r.list[index];
  if (e.partition >= 0) [[unlikely]]
    return e.partition;
  if (e.has_key) return partition_of(e.key, r.to.partitions_keyed);
  return static_cast<std::int32_t>((spread_ + index / keyless_run_records) %
                                   static_cast<std::uint32_t>(r.to.partitions));
}

// The first event for a partition decides for all of the request, by what earlier requests hold there. So a request
// that is within its limits is never cut where it alone fills a partition (it could never be taken whole), and nothing
// is written past an event that was refused, though room may appear meanwhile.
bool intake::has_room(request& r, const event& e, std::int32_t partition) {
  if (!r.topic_has_room) return false;
  if (std::ranges::find(full_partitions_, partition) != full_partitions_.end()) return false;
  const std::int64_t share = budget_->partition_share_bytes();
  if (r.to.shared->in_flight_bytes() <= share) return true;  // then none of its partitions holds more
  if (std::ranges::find(roomy_partitions_, partition) != roomy_partitions_.end()) return true;
  const std::int64_t held = batches_->held_bytes(*r.to.shared, partition);
  const bool roomy = held == 0 || held + cost_of(e) <= share;
  (roomy ? roomy_partitions_ : full_partitions_).push_back(partition);
  return roomy;
}

}  // namespace batching
