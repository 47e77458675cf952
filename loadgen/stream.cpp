#include "loadgen/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace loadgen {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds backoff_first = 50ms;
constexpr std::chrono::milliseconds backoff_max = 2s;
constexpr std::chrono::nanoseconds connect_patience = 5s;
constexpr std::size_t receive_size = 256U << 10;

char separator_of(const run_plan& plan) {
  return plan.protocol == protocol_kind::http && plan.format == body_format::json ? ',' : '\n';
}

}  // namespace

template <typename Use>
void stream::tell(Use use) {
  host_.with_tally([](tally& into, void* context) { (*static_cast<Use*>(context))(into); }, &use);
}

stream::stream(const run_plan& plan, const address& target, std::uint32_t index, std::uint64_t quota, double weight,
               stream_host& host)
    : plan_(plan),
      target_(target),
      index_(index),
      host_(host),
      quota_(quota),
      source_(plan.images, {plan.aggregates, plan.connections, index}, plan.how, plan.seed),
      pace_(plan.rate, weight, static_cast<double>(index) * plan.batch, plan.burst),
      slots_(plan.pipeline) {}

void stream::start(const run_clock& clock) {
  clock_ = clock;
  free_since_ = clock.start;
  connect_at_ = clock.start;
  host_.wake(*this, clock.start);
}

steady::time_point stream::next_due() const {
  if (plan_.rate.closed_loop()) return clock_.start;
  const auto due = pace_.due(events_built_);
  return due == std::chrono::nanoseconds::max() ? steady::time_point::max() : clock_.start + due;
}

bool stream::done(steady::time_point now) const {
  if (first_ != next_) return false;
  if (quota_ == 0 || now >= clock_.drain_end) return true;
  return plan_.rate.closed_loop() ? now >= clock_.end : next_due() >= clock_.end;
}

void stream::pump(steady::time_point now) {
  for (;;) {
    if (link_ == link::down && (first_ != next_ || !done(now))) {
      if (now < connect_at_) return host_.wake(*this, connect_at_);
      connect(now);
    }
    if (link_ != link::up) return;
    if (!control_.empty()) {
      if (!write_some()) return;
      continue;
    }
    const bool progressed = sending_ < next_ ? send_next(now) : build_next(now);
    if (!progressed) return;
    now = steady::now();
  }
}

bool stream::build_next(steady::time_point now) {
  if (quota_ == 0 || next_ - first_ >= slots_.size() || done(now)) return false;
  if (protocol_->exhausted()) return false;
  if (now >= (plan_.rate.closed_loop() ? clock_.end : clock_.drain_end)) return false;
  if (now < pause_until_) {
    host_.wake(*this, pause_until_);
    return false;
  }
  const steady::time_point due = next_due();
  if (due >= clock_.end) return false;
  if (due > now) {
    host_.wake(*this, due);
    return false;
  }
  request& what = slot(next_);
  what.id = next_++;
  what.intended = plan_.rate.closed_loop() ? now : due;
  what.attempts = 0;
  what.resend_at = {};
  fill(what);
  return true;
}

void stream::fill(request& what) {
  const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(plan_.batch, quota_));
  const std::size_t room = request::head_room + std::size_t{plan_.batch} * (plan_.images.largest() + 1) + 16;
  if (what.buffer.size() < room) what.buffer.resize(room);
  what.events.resize(count);
  const std::string_view timestamp = wall_.text(std::chrono::system_clock::now());
  const char separator = separator_of(plan_);
  char* const body = what.body();
  std::uint32_t offset = 0;
  for (request_event& e : what.events) {
    const written_event written = source_.write(body + offset, timestamp);
    e = {written.number, written.aggregate, offset, written.size};
    offset += written.size;
    body[offset++] = separator;
  }
  what.body_size = offset;
  quota_ -= count;
  events_built_ += count;
}

bool stream::send_next(steady::time_point now) {
  request& what = slot(sending_);
  if (what.resend_at > now) {
    host_.wake(*this, what.resend_at);
    return false;
  }
  if (what.wire_sent == 0) {
    if (!protocol_->ready(what)) return false;
    protocol_->encode(what);
    note_start(what, steady::now());
    protocol_->sending(what);
  }
  if (!write_some()) return false;
  if (what.wire_sent == what.wire.size()) {
    ++sending_;
    if (protocol_->silent()) {
      answer said;
      said.whole = event_outcome::accepted;
      take(what, said, steady::now());
    }
  }
  return true;
}

void stream::note_start(request& what, steady::time_point now) {
  what.sent = now;
  const bool again = what.attempts++ > 0;
  if (!again) what.started = now;
  tell([&](tally& t) {
    ++t.counts.requests;
    t.counts.bytes_sent += what.wire.size();
    const std::size_t events = what.events.size();
    if (again) {
      t.counts.events_resent += events;
      return;
    }
    t.counts.events_sent += events;
    t.counts.event_bytes += what.body_size - events;
    // Our own delay: from when the request was due and its connection free.
    t.lateness.record(now - std::max({what.intended, free_since_, pause_until_}));
  });
}

/// Sends what stands first: the protocol's own bytes, else the current request. False: the kernel takes no more now.
bool stream::write_some() {
  const bool own = !control_.empty();
  request& what = slot(sending_);
  const std::string_view bytes = own ? std::string_view(control_) : what.wire.substr(what.wire_sent);
  const ssize_t sent = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    lost(std::string("send: ") + std::strerror(errno), steady::now());
    return false;
  }
  if (own) {
    control_.erase(0, static_cast<std::size_t>(sent));
  } else {
    what.wire_sent += static_cast<std::size_t>(sent);
  }
  return true;
}

void stream::connect(steady::time_point now) {
  int error = 0;
  socket_ = tcp_socket::connecting(target_, error);
  connect_started_ = now;
  if (error != 0) return connect_failed(error, now);
  link_ = link::connecting;
  protocol_ = make_protocol(plan_);
  host_.watch(socket_.fd(), *this);
}

void stream::connect_failed(int error, steady::time_point now) {
  disconnect();
  backoff_ = std::clamp(backoff_ * 2, backoff_first, backoff_max);
  connect_at_ = now + backoff_;
  tell([&](tally& t) {
    ++t.counts.connect_failures;
    t.complain(std::string("connect: ") + std::strerror(error));
  });
  // What nobody has seen is not taken; whether it may wait for the server to come back is the retry policy's choice.
  answer said;
  said.whole = event_outcome::not_persisted;
  if (first_ != next_) take(slot(first_), said, now);
  host_.wake(*this, connect_at_);
}

void stream::connected(steady::time_point now) {
  link_ = link::up;
  backoff_ = 0ms;
  control_ = protocol_->greeting();
  if (first_ == next_) free_since_ = now;
  tell([](tally& t) { ++t.counts.connects; });
}

void stream::disconnect() {
  socket_.close();
  protocol_.reset();
  control_.clear();
  link_ = link::down;
  sending_ = first_;
}

void stream::on_writable(steady::time_point now) {
  if (link_ == link::connecting) {
    if (const int error = socket_.pending_error(); error != 0) return connect_failed(error, now);
    connected(now);
  }
  pump(now);
}

void stream::on_readable(steady::time_point now) {
  thread_local std::vector<char> buffer(receive_size);
  while (link_ == link::up) {
    const ssize_t size = ::recv(socket_.fd(), buffer.data(), buffer.size(), 0);
    if (size < 0) {
      if (errno == EAGAIN) break;
      if (errno == EINTR) continue;
      return lost(std::string("receive: ") + std::strerror(errno), now);
    }
    if (size == 0) {
      protocol_->closed(answers_);
      take_answers(now);
      return lost(first_ == next_ ? "" : "closed by the server before it answered", now);
    }
    const bool sound = protocol_->receive({buffer.data(), static_cast<std::size_t>(size)}, answers_);
    control_ += protocol_->outgoing();
    const std::string why = sound ? "" : protocol_->complaint();
    take_answers(now);
    if (!sound && link_ == link::up) {
      tell([](tally& t) { ++t.counts.bad_answers; });
      return lost(why, now);
    }
    // Edge-triggered: a short read means the socket is drained.
    if (static_cast<std::size_t>(size) < buffer.size()) break;
  }
  pump(now);
}

void stream::take_answers(steady::time_point now) {
  while (!answers_.empty()) {
    const answered next = std::move(answers_.front());
    answers_.pop_front();
    if (next.request_id != first_ || first_ == next_) continue;
    request& what = slot(first_);
    // Answered before it was sent whole: the rest of its bytes cannot be taken back, so the connection is used up.
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
  tell([&](tally& t) { t.complain(why); });
  if (untaken) settle_lost(false, true, now);
}

bool stream::may_wait(const request& what, steady::time_point now) const {
  return now < clock_.drain_end && (what.id + 1 == next_ || sending_ <= what.id);
}

void stream::take(request& what, const answer& said, steady::time_point now) {
  const resend_rules rules{plan_.retry, plan_.on_busy, may_wait(what, now)};
  const bool busy = said.whole == event_outcome::busy && said.status != 0;
  settled result;
  tell([&](tally& t) {
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
  // Told to come back later, and not resending: at least do not come back at once.
  if (busy && plan_.on_busy == busy_policy::wait && said.retry_after) pause_until_ = now + *said.retry_after;
}

void stream::plan_resend(request& what, const answer& said, steady::time_point now) {
  if (fate_of(said.whole) == fate::unknown) note_resent(what);
  const std::chrono::milliseconds longer = backoff_first * (1 << std::min(what.attempts, 6U));
  const auto doubling = std::min(longer, backoff_max);
  what.resend_at = std::min(now + said.retry_after.value_or(doubling), std::max(now, clock_.drain_end));
  what.wire_sent = 0;
  sending_ = std::min(sending_, what.id);
  host_.wake(*this, what.resend_at);
}

void stream::release(steady::time_point now) {
  slot(first_).wire_sent = 0;
  slot(first_).wire = {};
  ++first_;
  sending_ = std::max(sending_, first_);
  free_since_ = now;
}

void stream::lost(const std::string& why, steady::time_point now) {
  const bool whole_only = protocol_ == nullptr || protocol_->all_or_nothing();
  const bool anything_out = first_ < next_ && slot(first_).wire_sent > 0;
  disconnect();
  answers_.clear();
  connect_at_ = now + (why.empty() ? 0ms : backoff_first);
  if (anything_out) {
    tell([](tally& t) { ++t.counts.connections_broken; });
  }
  tell([&](tally& t) { t.complain(why); });
  settle_lost(true, whole_only, now);
  host_.wake(*this, connect_at_);
}

/// The connection is gone: each request that was on it is answered for, or follows an earlier one to the next.
/// `complete_taken`: one that went out whole may have been taken; `whole_only`: one that did not cannot.
void stream::settle_lost(bool complete_taken, bool whole_only, steady::time_point now) {
  bool kept = false;
  for (std::uint64_t id = first_; id < next_ && slot(id).wire_sent > 0; ++id) {
    request& what = slot(id);
    const bool complete = what.wire_sent == what.wire.size();
    const bool seen = complete ? complete_taken : !whole_only;
    answer said;
    said.whole = seen ? event_outcome::unanswered : event_outcome::not_persisted;
    what.wire_sent = 0;
    if (kept) {
      if (seen) note_resent(what);
      continue;
    }
    take(what, said, now);
    kept = id == first_;
  }
}

void stream::note_resent(const request& what) {
  for (const request_event& e : what.events) {
    const bool follows = !resent_.empty() && resent_.back().first + resent_.back().count == e.number;
    if (follows) {
      ++resent_.back().count;
    } else {
      resent_.push_back({e.number, 1});
    }
  }
}

void stream::check_timeouts(steady::time_point now) {
  if (link_ == link::connecting && now - connect_started_ > connect_patience) connect_failed(ETIMEDOUT, now);
  if (link_ != link::up || first_ == next_ || slot(first_).wire_sent == 0) return;
  if (now - slot(first_).sent <= plan_.timeout) return;
  tell([](tally& t) { ++t.counts.timeouts; });
  lost("no answer within the timeout", now);
}

void stream::abandon(steady::time_point now) {
  clock_.drain_end = std::min(clock_.drain_end, now);
  if (first_ != next_ && link_ == link::up) lost("the run ended before the answer came", now);
  while (first_ != next_) {
    answer said;
    said.whole = event_outcome::not_persisted;
    take(slot(first_), said, now);
  }
  disconnect();
  count_unsent(now);
}

void stream::count_unsent(steady::time_point now) {
  if (plan_.rate.closed_loop()) return;
  tell([&](tally& t) {
    while (quota_ > 0 && next_due() < clock_.end) {
      const std::uint64_t count = std::min<std::uint64_t>(plan_.batch, quota_);
      t.counts.events_unsent += count;
      // They would have waited at least this long: leaving them out would flatter the percentiles.
      t.corrected.record(now - next_due(), count);
      quota_ -= count;
      events_built_ += count;
    }
  });
}

}  // namespace loadgen
