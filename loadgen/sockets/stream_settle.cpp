// The other half of stream: how answers and lost connections settle the requests that were sent.
#include <algorithm>
#include <cerrno>

#include "loadgen/sockets/stream.h"

#include "loadgen/answers/outcome.h"
#include "loadgen/plan/options.h"
#include "loadgen/sockets/settlement.h"

namespace loadgen::sockets {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds connect_patience = 5s;

}  // namespace

void stream::take_answers(timing::steady::time_point now) {
  while (!answers_.empty()) {
    const wire::answered next = std::move(answers_.front());
    answers_.pop_front();
    if (next.request_id != first_ || first_ == next_) continue;
    wire::request& what = slot(first_);
    // The answer came before the request was sent whole. Its other bytes cannot be taken back: this connection is over.
    const bool early = sending_ == first_;
    if (!early) {
      take(what, next.what, now);
      continue;
    }
    answers_.clear();
    disconnect();
    connect_at_ = now;
    take(what, next.what, now);
    return;
  }
  if (link_ != link::up || !protocol_->exhausted()) return;
  const auto untaken = protocol_->untaken_from();
  if (first_ != sending_ && untaken != first_) return;  // answers are still to come
  const std::string why = protocol_->complaint();
  disconnect();
  connect_at_ = now + (why.empty() ? 0ms : backoff_first);
  tell([&](measure::tally& t) { t.complain(why); });
  if (untaken) settle_lost(false, true, now);
}

bool stream::may_wait(const wire::request& what, timing::steady::time_point now) const {
  return now < clock_.drain_end && (what.id + 1 == next_ || sending_ <= what.id);
}

void stream::take(wire::request& what, const answers::answer& said, timing::steady::time_point now) {
  const resend_rules rules{plan_.retry, plan_.on_busy, may_wait(what, now)};
  const bool busy = said.whole == answers::event_outcome::busy && said.status != 0;
  settled result;
  tell([&](measure::tally& t) {
    result = settle(what, said, rules, log_, t.counts);
    if (said.status != 0) ++t.statuses[said.status];
    if (busy) ++t.counts.busy_answers;
    if (said.inconsistent) ++t.counts.bad_answers;
    if (!said.complaint.empty()) t.complain(said.complaint);
    if (result.answered == 0) return;
    t.corrected.record(now - what.intended, result.answered);
    t.service.record(now - what.started, result.answered);
  });
  if (result.resend > 0) return plan_resend(what, said, now);
  release(now);
  // Nothing is sent again, but the server asked for a pause: the next request keeps it.
  if (busy && plan_.on_busy == plan::busy_policy::wait && said.retry_after) pause_until_ = now + *said.retry_after;
}

void stream::plan_resend(wire::request& what, const answers::answer& said, timing::steady::time_point now) {
  if (answers::fate_of(said.whole) == answers::fate::unknown) note_resent(what);
  const std::chrono::milliseconds longer = backoff_first * (1 << std::min(what.attempts, 6U));
  const auto doubling = std::min(longer, backoff_max);
  what.resend_at = std::min(now + said.retry_after.value_or(doubling), std::max(now, clock_.drain_end));
  what.wire_sent = 0;
  sending_ = std::min(sending_, what.id);
  host_.wake(*this, what.resend_at);
}

void stream::release(timing::steady::time_point now) {
  slot(first_).wire_sent = 0;
  slot(first_).wire = {};
  ++first_;
  sending_ = std::max(sending_, first_);
  free_since_ = now;
}

void stream::lost(const std::string& why, timing::steady::time_point now) {
  const bool whole_only = protocol_ == nullptr || protocol_->all_or_nothing();
  const bool anything_out = first_ < next_ && slot(first_).wire_sent > 0;
  disconnect();
  answers_.clear();
  connect_at_ = now + (why.empty() ? 0ms : backoff_first);
  if (anything_out) {
    tell([](measure::tally& t) { ++t.counts.connections_broken; });
  }
  tell([&](measure::tally& t) { t.complain(why); });
  settle_lost(true, whole_only, now);
  host_.wake(*this, connect_at_);
}

/// The connection is gone: each request that was on it is settled, or goes again behind an earlier one on the next.
/// `complete_taken`: one that went out whole may have been taken; `whole_only`: one that did not cannot.
void stream::settle_lost(bool complete_taken, bool whole_only, timing::steady::time_point now) {
  bool kept = false;
  for (std::uint64_t id = first_; id < next_ && slot(id).wire_sent > 0; ++id) {
    wire::request& what = slot(id);
    const bool complete = what.wire_sent == what.wire.size();
    const bool seen = complete ? complete_taken : !whole_only;
    answers::answer said;
    said.whole = seen ? answers::event_outcome::unanswered : answers::event_outcome::not_persisted;
    what.wire_sent = 0;
    if (kept) {
      if (seen) note_resent(what);
      continue;
    }
    take(what, said, now);
    kept = id == first_;
  }
}

void stream::note_resent(const wire::request& what) {
  for (const wire::request_event& e : what.events) {
    const bool follows = !resent_.empty() && resent_.back().first + resent_.back().count == e.number;
    if (follows) {
      ++resent_.back().count;
    } else {
      resent_.push_back({e.number, 1});
    }
  }
}

void stream::check_timeouts(timing::steady::time_point now) {
  if (link_ == link::connecting && now - connect_started_ > connect_patience) connect_failed(ETIMEDOUT, now);
  if (link_ != link::up || first_ == next_ || slot(first_).wire_sent == 0) return;
  if (now - slot(first_).sent <= plan_.timeout) return;
  tell([](measure::tally& t) { ++t.counts.timeouts; });
  lost("no answer within the timeout", now);
}

void stream::abandon(timing::steady::time_point now) {
  clock_.drain_end = std::min(clock_.drain_end, now);
  if (first_ != next_ && link_ == link::up) lost("the run ended before the answer came", now);
  while (first_ != next_) {
    answers::answer said;
    said.whole = answers::event_outcome::not_persisted;
    take(slot(first_), said, now);
  }
  disconnect();
  count_unsent(now);
}

void stream::count_unsent(timing::steady::time_point now) {
  if (plan_.closed_loop()) return;
  tell([&](measure::tally& t) {
    while (!feed_->empty() && next_due() < std::min(clock_.end, now)) {
      const timing::steady::time_point due = next_due();
      const std::uint32_t count = feed_->skip();
      t.counts.events_unsent += count;
      // These events have waited this long at least; percentiles without them would look too good.
      t.corrected.record(now - due, count);
    }
  });
}

}  // namespace loadgen::sockets
