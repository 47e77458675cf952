#include "store/appender.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <iterator>
#include <span>
#include <utility>

namespace store {
namespace {

using batching::outcome;
using batching::reason;

constexpr std::size_t batch_head_bytes = 61;
constexpr std::size_t record_frame_bytes = 36;  // lengths, deltas, attributes: their most
constexpr std::size_t header_frame_bytes = 10;
constexpr std::size_t version_digits_max = 20;

// Before compression, and rounded up.
std::size_t record_bytes(std::string_view aggregate, const event& e) noexcept {
  std::size_t bytes = record_frame_bytes + aggregate.size() + e.value.size();
  bytes += header_frame_bytes + version_header.size() + version_digits_max;
  if (!e.id.empty()) bytes += header_frame_bytes + event_id_header.size() + e.id.size();
  for (const batching::header& h : e.headers) bytes += header_frame_bytes + h.name.size() + h.value.size();
  return bytes;
}

std::size_t record_bytes(const append& what) noexcept {
  std::size_t bytes = 0;
  for (const event& e : what.events) bytes += record_bytes(what.aggregate, e);
  return bytes;
}

bool have_ids(const append& what) noexcept {
  return std::ranges::none_of(what.events, [](const event& e) { return e.id.empty(); });
}

}  // namespace

appender::appender(std::shared_ptr<batching::topic> of, std::int32_t partition, partition_index& index,
                   batching::publisher& writer, batching::batch_home& home, const appender_bounds& bounds)
    : topic_(std::move(of)),
      partition_(partition),
      index_(&index),
      writer_(&writer),
      home_(&home),
      bounds_(bounds),
      versions_(index) {}

// A record batch of the ownership before may still be out: nobody waits for its answer any more.
void appender::own() {
  tell_under_way(append_fate::unknown);
  versions_.forget();
  index_error_.clear();
  owned_ = true;
}

void appender::lose() {
  owned_ = false;
  alone_ = 0;
  failed_.clear();
  while (!waiting_.empty()) {
    const append gone = waiting_.front();
    waiting_.pop_front();
    tell(gone, append_fate::no_owner);
  }
  if (under_way_.empty()) versions_.forget();
}

void appender::take(const append& what) {
  assert(!what.events.empty());
  if (!owned_) return tell(what, append_fate::no_owner);
  waiting_.push_back(what);
}

void appender::pump(batching::clock::time_point now, std::int64_t wall_ms) {
  if (!owned_ || !under_way_.empty()) return;
  if (alone_ == 0) failed_.clear();
  std::size_t left = alone_ > 0 ? 1 : waiting_.size();
  for (; left > 0 && !waiting_.empty(); --left) {
    const append next = waiting_.front();
    const step said = decide(next, now, wall_ms);
    if (said == step::batch_full) break;
    waiting_.pop_front();
    if (alone_ > 0) --alone_;
    if (said == step::put_off) {
      put_off_names_.insert(next.aggregate);
      put_off_.push_back(next);
    }
  }
  waiting_.insert(waiting_.begin(), put_off_.begin(), put_off_.end());
  put_off_.clear();
  put_off_names_.clear();
  if (open_) writer_->publish(std::move(open_));
}

// An append that conflicts with or repeats one in the batch being made waits until that one is settled:
// no answer rests on a version that may never be.
appender::step appender::decide(const append& what, batching::clock::time_point now, std::int64_t wall_ms) {
  if (put_off_names_.contains(what.aggregate)) return step::put_off;
  if (failed_.contains(std::string(what.aggregate))) return tell(what, append_fate::blocked), step::done;
  const std::size_t bytes = record_bytes(what);
  if (is_too_large(what, bytes)) return step::done;
  auto state = versions_.of(what.aggregate);
  if (!state) {
    index_error_ = state.error();
    return tell(what, append_fate::no_owner), step::done;
  }
  const aggregate_head& head = (*state)->now();
  const bool fits = !checks_versions_ || what.expected_version.value_or(head.version) == head.version;
  append_answer found;
  if ((*state)->is_assigned) {
    if (!fits || recent_match(what, head) > 0) return step::put_off;
  } else if (is_duplicate(what, head, found)) {
    return tell(what, found), step::done;
  } else if (!index_error_.empty()) {  // nobody knows whether it is one
    return tell(what, append_fate::no_owner), step::done;
  } else if (!fits) {
    found.fate = append_fate::conflict;
    found.version = head.version;
    return conflicts_.push_back({what, found}), step::done;
  }
  return place(what, **state, bytes, now, wall_ms);
}

bool appender::is_too_large(const append& what, std::size_t bytes) {
  append_answer refusal;
  refusal.fate = append_fate::too_large;
  if (what.events.size() > bounds_.append_events_max) {
    refusal.limit = bounds_.append_events_max;
    refusal.is_limit_of_events = true;
  } else if (batch_head_bytes + bytes > bounds_.message_bytes_max) {
    refusal.limit = bounds_.message_bytes_max;
  } else {
    return false;
  }
  tell(what, refusal);
  return true;
}

bool appender::is_duplicate(const append& what, const aggregate_head& head, append_answer& found) {
  if (!compares_ids_ || !have_ids(what)) return false;
  if (what.expected_version)
    return *what.expected_version + what.events.size() <= head.version &&
           matches(what, *what.expected_version + 1, strangers_between_max, found);
  const std::uint64_t first = recent_match(what, head);
  return first > 0 && matches(what, first, 0, found);
}

// The newest place among the last events where the hashes of the ids stand in this order; 0: none.
std::uint64_t appender::recent_match(const append& what, const aggregate_head& head) const noexcept {
  if (!compares_ids_ || what.expected_version || what.events.size() > aggregate_head::recent_max || !have_ids(what))
    return 0;
  const std::uint64_t oldest = head.oldest_recent();
  if (head.version < what.events.size()) return 0;
  for (std::uint64_t first = head.version - what.events.size() + 1; first >= oldest; --first) {
    std::uint64_t at = first;
    if (std::ranges::all_of(what.events, [&](const event& e) { return head.hash_of(at++) == id_hash(e.id); }))
      return first;
  }
  return 0;
}

// Behind `skips` events without ids at most: a stranger's, which came before what the append expected to be next.
bool appender::matches(const append& what, std::uint64_t first_version, std::size_t skips, append_answer& found) {
  std::size_t same = 0;
  const auto read = index_->read(what.aggregate, first_version, direction::forward, [&](const stored_event& e) {
    if (same == 0 && e.id.empty() && skips > 0) return --skips, ++first_version, true;
    if (e.version != first_version + same || e.id != what.events[same].id) return false;
    if (same == 0) found.first_offset = e.offset;
    found.last_offset = e.offset;
    return ++same < what.events.size();
  });
  if (!read) index_error_ = read.error();
  if (!read || same < what.events.size()) return false;
  found.fate = append_fate::duplicate;
  found.first_version = first_version;
  found.version = first_version + what.events.size() - 1;
  return true;
}

void appender::tell_conflict(const conflict& of, bool is_still_ours) noexcept {
  if (is_still_ours) return tell(of.what, of.found);
  tell(of.what, append_fate::no_owner);
}

appender::step appender::place(const append& what, versions::state& of, std::size_t bytes,
                               batching::clock::time_point now, std::int64_t wall_ms) {
  const std::size_t room = std::min(bounds_.batch_bytes_max, bounds_.message_bytes_max);
  if (open_ && batch_head_bytes + under_way_bytes_ + bytes > room) return step::batch_full;
  if (!open_) {
    open_ = std::make_unique<batching::batch>(*home_, topic_, partition_);
    open_->opened_at = open_->sealed_at = now;
    open_->admit_at(now, wall_ms);
    under_way_bytes_ = 0;
  }
  under_way_bytes_ += bytes;
  placed& p = under_way_.emplace_back();
  p.what = what;
  p.first_record = static_cast<std::uint32_t>(open_->records().size());
  for (const event& e : what.events) {
    const std::uint64_t version = versions_.assign(of, e.id);
    if (p.first_version == 0) p.first_version = version;
    add_record(what, e, version);
  }
  return step::done;
}

void appender::add_record(const append& what, const event& e, std::uint64_t version) {
  char digits[version_digits_max];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), version).ptr;
  std::vector<batching::header> headers;
  headers.reserve(e.headers.size() + 2);
  headers.push_back({version_header, {digits, static_cast<std::size_t>(end - digits)}});
  if (!e.id.empty()) headers.push_back({event_id_header, e.id});
  for (const batching::header& h : e.headers)
    if (h.name != version_header && h.name != event_id_header) headers.push_back(h);
  open_->append(what.aggregate, true, e.value, headers, nullptr, 0);
}

void appender::settle(const batching::settled_range& all) {
  if (under_way_.empty()) return;
  if (all.fate == outcome::persisted)
    on_persisted(all.offset);
  else if (all.fate == outcome::rejected)
    on_refused(all.why);
  else
    tell_under_way(all.fate == outcome::not_persisted ? append_fate::no_owner : append_fate::unknown);
  if (!owned_ || !recounted_.empty()) versions_.forget();
  recounted_.clear();
}

void appender::recount(std::int64_t offset, std::uint64_t version) {
  if (!under_way_.empty() && recounted_.size() < recounts_max) recounted_[offset] = version;
}

void appender::on_persisted(std::int64_t offset) {
  versions_.confirm();
  for (const placed& p : std::exchange(under_way_, {})) {
    append_answer done;
    done.fate = append_fate::appended;
    done.first_offset = offset + p.first_record;
    const auto recounted = recounted_.find(done.first_offset);
    done.first_version = recounted == recounted_.end() ? p.first_version : recounted->second;
    done.version = done.first_version + p.what.events.size() - 1;
    done.last_offset = done.first_offset + static_cast<std::int64_t>(p.what.events.size()) - 1;
    tell(p.what, done);
  }
}

// Kafka refuses a record batch whole. Its appends go again one by one, so that only those that are refused alone, and
// those that are built on them, fail.
void appender::on_refused(reason why) {
  versions_.fall_back();
  if (under_way_.size() > 1) {
    alone_ += under_way_.size();
    std::deque<append> again;
    for (const placed& p : std::exchange(under_way_, {})) again.push_back(p.what);
    waiting_.insert(waiting_.begin(), again.begin(), again.end());
    if (!owned_) lose();
    return;
  }
  failed_.emplace(under_way_.front().what.aggregate);
  tell_under_way(append_fate::refused, why);
}

void appender::tell_under_way(append_fate fate, reason why) {
  versions_.fall_back();
  for (const placed& p : std::exchange(under_way_, {})) tell(p.what, fate, why);
}

void appender::tell(const append& what, const append_answer& result) noexcept {
  counts_[static_cast<std::size_t>(result.fate)].add();
  if (what.listener != nullptr) what.listener->on_appended(what, result);
}

void appender::tell(const append& what, append_fate fate, reason why) noexcept {
  append_answer result;
  result.fate = fate;
  result.why = why;
  tell(what, result);
}

}  // namespace store
