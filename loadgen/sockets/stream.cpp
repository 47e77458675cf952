#include "loadgen/sockets/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "loadgen/answers/outcome.h"
#include "loadgen/sockets/make_protocol.h"

namespace loadgen::sockets {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t receive_size = 256U << 10;

}  // namespace

stream::stream(const plan::run_plan& plan, const address& target, std::uint32_t index, std::uint64_t quota,
               double weight, stream_host& host)
    : plan_(plan),
      target_(target),
      index_(index),
      host_(host),
      feed_(load::make_feed(plan, index, quota, weight)),
      slots_(plan.pipeline) {}

void stream::start(const timing::run_clock& clock) {
  clock_ = clock;
  free_since_ = clock.start;
  connect_at_ = clock.start;
  host_.wake(*this, clock.start);
}

timing::steady::time_point stream::next_due() const {
  const auto due = feed_->due();
  return due == std::chrono::nanoseconds::max() ? timing::steady::time_point::max() : clock_.start + due;
}

bool stream::done(timing::steady::time_point now) const {
  if (first_ != next_) return false;
  if (feed_->empty() || now >= clock_.drain_end) return true;
  return plan_.closed_loop() ? now >= clock_.end : next_due() >= clock_.end;
}

void stream::pump(timing::steady::time_point now) {
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
    now = timing::steady::now();
  }
}

bool stream::build_next(timing::steady::time_point now) {
  if (feed_->empty() || next_ - first_ >= slots_.size() || done(now)) return false;
  if (protocol_->exhausted()) return false;
  if (now >= (plan_.closed_loop() ? clock_.end : clock_.drain_end)) return false;
  if (now < pause_until_) {
    host_.wake(*this, pause_until_);
    return false;
  }
  const timing::steady::time_point due = next_due();
  if (due >= clock_.end) return false;
  if (due > now) {
    host_.wake(*this, due);
    return false;
  }
  wire::request& what = slot(next_);
  what.id = next_++;
  what.intended = plan_.closed_loop() ? now : due;
  what.attempts = 0;
  what.resend_at = {};
  feed_->fill(what, now - clock_.start);
  return true;
}

bool stream::send_next(timing::steady::time_point now) {
  wire::request& what = slot(sending_);
  if (what.resend_at > now) {
    host_.wake(*this, what.resend_at);
    return false;
  }
  if (what.wire_sent == 0) {
    if (!protocol_->ready(what)) return false;
    protocol_->encode(what);
    note_start(what, timing::steady::now());
    protocol_->sending(what);
  }
  if (!write_some()) return false;
  if (what.wire_sent == what.wire.size()) {
    ++sending_;
    if (protocol_->silent()) {
      answers::answer said;
      said.whole = answers::event_outcome::accepted;
      take(what, said, timing::steady::now());
    }
  }
  return true;
}

void stream::note_start(wire::request& what, timing::steady::time_point now) {
  what.sent = now;
  const bool again = what.attempts++ > 0;
  if (!again) what.started = now;
  tell([&](measure::tally& t) {
    ++t.counts.requests;
    t.counts.bytes_sent += what.wire.size();
    const std::size_t events = what.events.size();
    if (again) {
      t.counts.events_resent += events;
      return;
    }
    t.counts.events_sent += events;
    t.counts.event_bytes += what.body_size - events;
    // Our own delay: since the request was due and its connection free.
    t.lateness.record(now - std::max({what.intended, free_since_, pause_until_}));
  });
}

/// Sends what stands first: the protocol's own bytes, else the current request. False: the kernel takes no more now.
bool stream::write_some() {
  const bool own = !control_.empty();
  wire::request& what = slot(sending_);
  const std::string_view bytes = own ? std::string_view(control_) : what.wire.substr(what.wire_sent);
  const ssize_t sent = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    lost(std::string("send: ") + std::strerror(errno), timing::steady::now());
    return false;
  }
  if (own) {
    control_.erase(0, static_cast<std::size_t>(sent));
  } else {
    what.wire_sent += static_cast<std::size_t>(sent);
  }
  return true;
}

void stream::connect(timing::steady::time_point now) {
  int error = 0;
  socket_ = tcp_socket::connecting(target_, error);
  connect_started_ = now;
  if (error != 0) return connect_failed(error, now);
  link_ = link::connecting;
  protocol_ = make_protocol(plan_);
  host_.watch(socket_.fd(), *this);
}

void stream::connect_failed(int error, timing::steady::time_point now) {
  disconnect();
  backoff_ = std::clamp(backoff_ * 2, backoff_first, backoff_max);
  connect_at_ = now + backoff_;
  tell([&](measure::tally& t) {
    ++t.counts.connect_failures;
    t.complain(std::string("connect: ") + std::strerror(error));
  });
  // The request has not left, so it is not taken; the retry policy decides whether it waits for the server to return.
  answers::answer said;
  said.whole = answers::event_outcome::not_persisted;
  if (first_ != next_) take(slot(first_), said, now);
  host_.wake(*this, connect_at_);
}

void stream::connected(timing::steady::time_point now) {
  link_ = link::up;
  backoff_ = 0ms;
  control_ = protocol_->greeting();
  if (first_ == next_) free_since_ = now;
  tell([](measure::tally& t) { ++t.counts.connects; });
}

void stream::disconnect() {
  socket_.close();
  protocol_.reset();
  control_.clear();
  link_ = link::down;
  sending_ = first_;
}

void stream::on_writable(timing::steady::time_point now) {
  if (link_ == link::connecting) {
    if (const int error = socket_.pending_error(); error != 0) return connect_failed(error, now);
    connected(now);
  }
  pump(now);
}

void stream::on_readable(timing::steady::time_point now) {
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
      tell([](measure::tally& t) { ++t.counts.bad_answers; });
      return lost(why, now);
    }
    // Edge-triggered: a short read means the socket is drained.
    if (static_cast<std::size_t>(size) < buffer.size()) break;
  }
  pump(now);
}

}  // namespace loadgen::sockets
