#include "gateway/frames/session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "gateway/auth/address.h"
#include "gateway/frames/peer_proof.h"
#include "metrics/events.h"

namespace gateway::frames {

namespace asio = boost::asio;
using frames::session_protocol;
using phase = session_protocol::phase;

namespace {

constexpr auto here = static_cast<std::size_t>(metrics::listener::tcp);

}  // namespace

tcp_session::tcp_session(tcp_lane& lane, net::arrival from)
    : lane_(&lane),
      stream_(std::move(from.stream)),
      slot_(std::move(from.slot)),
      client_(std::move(from.from)),
      protocol_(lane.limits),
      pending_(lane.intake.on().budget()),
      waits_(lane.intake.on().budget()) {}

void tcp_session::start() {
  received_at_ = frame_begun_at_ = written_at_ = on().now();
  stream_.keep_alive();
  lane_->home.enter(shared_from_this());
  on().watch(*this);
  if (lane_->home.poll().watch(stream_.descriptor(), *this)) return;
  metrics::happened(metrics::happening::accept_failed, "cannot watch a connection", {{"error", std::strerror(errno)}});
  close();
}

// Urgent data is no part of the protocol: nobody is told of it.
void tcp_session::on_ready(std::uint32_t events) noexcept {
  const auto self = shared_from_this();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return close();
  if ((events & EPOLLRDHUP) != 0) client_ended_ = true;
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0 || stream_.is_secure()) input_waits_ = true;
  if ((events & EPOLLOUT) != 0 && std::exchange(writing_, false)) write();
  if (!read_posted_ && input_waits_) on_readable();
}

// In another handler: other sessions have their turn first.
void tcp_session::read_on() {
  if (read_posted_ || closed_ || end_of_stream_ || blocked_ != block::none || !input_waits_) return;
  read_posted_ = true;
  asio::post(on().io(), [self = shared_from_this()] {
    self->read_posted_ = false;
    self->on_readable();
  });
}

void tcp_session::on_readable() {
  if (closed_ || end_of_stream_ || blocked_ != block::none) return;
  received_at_ = on().now();
  work_ = 0;
  for (int reads = 0; reads < reads_per_cycle_max && read_once(); ++reads) {
  }
  if (closed_) return;
  answer_soon();
  read_on();
}

// Small frames are read beside each other into the lane's scratch. Once more of a frame has come than may be held
// there, it needs a buffer for all of itself: a beginning that could never be completed would hold its room for
// nothing. A header alone reserves nothing. False: nothing more is there, or we are blocked.
bool tcp_session::read_once() {
  if (end_of_stream_ || closed_ || blocked_ != block::none) return false;
  const std::size_t have = pending_.size();
  if (wanted_ > runtime::lane::scratch_bytes && have >= runtime::lane::scratch_bytes / 2) return read_large_frame();
  const std::size_t holds = pending_.may_hold(runtime::lane::scratch_bytes);
  return holds > have ? read_into_scratch(holds) : read_large_frame();
}

bool tcp_session::read_large_frame() {
  if (!pending_.reserve(std::max<std::size_t>(wanted_, pending_.size()))) {
    stop_reading(block::memory);
    return false;
  }
  bool more = false;
  pending_.commit(read_some(pending_.free_space(), wanted_ - pending_.size(), more));
  if (pending_.size() == wanted_) process(pending_.view());
  return more;
}

bool tcp_session::read_into_scratch(std::size_t holds) {
  bool more = false;
  char* const scratch = on().scratch();
  const std::size_t have = pending_.size();
  if (have > 0) std::memcpy(scratch, pending_.view().data(), have);
  const std::size_t got = read_some(scratch + have, holds - have, more);
  if (got > 0) process({scratch, have + got});
  if (pending_.empty()) pending_.release();
  return more;
}

// The poller tells of new bytes once: whoever leaves some must come back.
std::size_t tcp_session::read_some(char* to, std::size_t bytes, bool& more) {
  using state = batching::stream::io_result::state;
  const auto r = stream_.read_some(to, bytes);
  more = r.is == state::done && (stream_.may_have_more(r.bytes, bytes) || client_ended_);
  if (r.is == state::done || r.is == state::would_block) input_waits_ = more;
  if (r.is == state::ended) on_end_of_stream();
  if (r.is == state::failed) close();
  return r.is == state::done ? r.bytes : 0;
}

void tcp_session::on_end_of_stream() {
  end_of_stream_ = true;
  protocol_.on_end_of_stream(pending_.view());
  if (protocol_.broke() != nullptr) report_violation();
  pending_.release();
  answer_soon();
}

// `bytes` lie in the scratch or in pending_; what is left of them is kept there.
void tcp_session::process(std::string_view bytes) {
  const std::size_t had = bytes.size();
  wanted_ = 0;
  while (blocked_ == block::none) {
    if (protocol_.is_congested()) {
      stop_reading(block::congested);
      break;
    }
    const auto next = protocol_.next(bytes);
    if (next.what == session_protocol::step::ended) {
      bytes = {};
      break;
    }
    if (next.what == session_protocol::step::need_bytes) {
      wanted_ = next.bytes;
      break;
    }
    if (next.what == session_protocol::step::hello) greet();
    if (next.what == session_protocol::step::peer) greet_peer();
    if (next.what == session_protocol::step::store && !take_store_frame()) continue;
    if (next.what == session_protocol::step::publish && !take_frame()) continue;
    bytes.remove_prefix(next.bytes);
    if (work_ >= work_bytes_max && !bytes.empty()) give_turn();
  }
  const bool begins = bytes.size() != had || pending_.empty();
  if (begins && protocol_.current() != phase::greeting) frame_begun_at_ = received_at_;
  pending_.assign(bytes);
  if (bytes.empty() && pending_.is_charged()) pending_.release();  // others may wait for that memory
  if (protocol_.broke() != nullptr) report_violation();
}

// A peer proves that it knows the secret, and is shown in the same frame that we do.
void tcp_session::greet_peer() {
  peer_frame said;
  if (fault wrong = read_peer(protocol_.store_frame().payload, said)) return protocol_.fail(std::move(*wrong));
  if (!is_right(said, lane_->peer_secret, protocol_.challenge()))
    return protocol_.fail({error_code::unauthorized, "the proof is not good: all instances have the same peer secret"});
  std::string peered;
  write_peered(peered, lane_->peer_secret, said.challenge, lane_->instance);
  protocol_.welcome_peer(peered);
}

// False: the connection is failing.
bool tcp_session::take_store_frame() {
  store_intake::sender from{{}, protocol_.is_peer(), protocol_.answer_bytes_max()};
  if (!from.is_peer && !is_still_known(from.who)) return false;
  const frame& whole = protocol_.store_frame();
  const auto listener = [weak = weak_from_this()](store_intake::answer answer) {
    if (const auto self = weak.lock()) self->on_store_answer(std::move(answer));
  };
  protocol_.begin_request();
  store_intake& to = lane_->appends;
  fault wrong = whole.type == frame_type::append ? to.append(whole.payload, from, listener)
                                                 : to.read(whole.payload, from, listener);
  if (!wrong) return true;
  protocol_.end_request({});
  protocol_.fail(std::move(*wrong));
  return false;
}

void tcp_session::on_store_answer(store_intake::answer answer) {
  if (closed_) return;
  store_answers_.push_back(std::move(answer));
  answer_soon();
}

// Only as much as the client reads: each is made when there is room for it.
void tcp_session::write_store_answers() {
  std::string bytes;
  while (!store_answers_.empty() && !protocol_.is_congested()) {
    bytes.clear();
    store_answers_.front()(bytes);
    store_answers_.pop_front();
    protocol_.end_request(bytes);
    on().recorder().request(metrics::listener::tcp, metrics::route::store, 0, {});
  }
}

void tcp_session::greet() {
  if (protocol_.hello_frame().is_peer) {
    if (lane_->peer_secret.empty())
      return protocol_.fail({error_code::unauthorized, "this instance has no peer secret (store.peer_secret_file)"});
    return protocol_.welcome_client();
  }
  auth::guard& guard = lane_->intake.door().guard();
  auth::login l =
      guard.check({.bare = protocol_.hello_frame().credential}, client_.from(), on().now(), std::time(nullptr));
  if (l.why != auth::denial::none) return protocol_.fail({error_code::unauthorized, std::string(l.text)});
  if (!client_.belongs_to(l.who))
    return protocol_.fail({error_code::quota_exceeded, "this tenant has as many connections as it may"});
  is_ = std::move(l.is);
  protocol_.welcome_client();
}

// A key may be revoked and a token may end while the connection is open.
bool tcp_session::is_still_known(auth::principal& who) {
  const auth::login l = lane_->intake.door().guard().check(is_, std::time(nullptr));
  if (l.why != auth::denial::none) return protocol_.fail({error_code::unauthorized, std::string(l.text)}), false;
  who = l.who;
  return true;
}

// False: the frame stays where it is (blocked_), or the connection is failing.
bool tcp_session::take_frame() {
  using ingress::verdict;
  auth::principal who;
  if (!is_still_known(who)) return false;
  const publish& frame = protocol_.publish_frame();
  const bool asked = frame.sequence == asked_for_;
  work_ += frame.records_bytes + std::uint64_t{frame.records} * record_work_bytes;
  auto said = lane_->intake.take(frame, who, client_.from().address, wait_.so_far(on().now()), *this, asked);
  if (said.what != verdict::full) wait_.end();
  switch (said.what) {
    case verdict::taken:
      protocol_.take(*said.ack, said.level, on().now());
      said.ack->seal();
      return true;
    case verdict::refused: return refuse(std::move(said.why));
    case verdict::forbidden:
      protocol_.refuse(frames::frame_status::forbidden,
                       "there is no right to write topic '" + std::string(protocol_.publish_frame().topic) + "'",
                       on().now());
      return true;
    case verdict::over_quota:  // told as full: this client waits
    case verdict::unknown_topic:
      if (protocol_.publish_frame().sequence == asked_for_) {
        protocol_.refuse(frames::frame_status::unknown_topic,
                         "there is no such topic: create it in Kafka first, the gateway creates none", on().now());
        return true;
      }
      ask_for_topic();
      return false;
    case verdict::full: block_until_room(said.wanted); return false;
  }
  return false;
}

// False: the connection is failing.
bool tcp_session::refuse(ingress::refusal why) {
  const refusal_meaning meant = meaning_of(why.code);
  if (meant.status)
    protocol_.refuse(*meant.status, std::move(why.text), on().now());
  else
    protocol_.fail({meant.ends_with, std::move(why.text)});
  return meant.status.has_value();
}

void tcp_session::block_until_room(const batching::room_wanted& wanted) {
  stop_reading(block::full);
  wanted_room_ = wanted;
  wait_.go_on(on().now());
  on().call_when_settled(*this);
}

void tcp_session::on_settled() noexcept {
  const auto self = shared_from_this();
  resume_if_room();
}

// Asks before the frame is read again: its checksum costs more than the question.
void tcp_session::resume_if_room() {
  if (closed_ || blocked_ != block::full) return;
  auth::principal who;
  if (!is_still_known(who)) return resume();
  if (lane_->intake.door().has_room(wanted_room_, wait_.so_far(on().now()), who))
    resume();
  else
    on().call_when_settled(*this);
}

void tcp_session::ask_for_topic() {
  asked_for_ = protocol_.publish_frame().sequence;
  stop_reading(block::topic);
  on().outside().refresh_topics(on(), [self = shared_from_this()](bool) {
    asio::post(self->on().io(), [self] {
      if (self->blocked_ == block::topic) self->resume();
    });
  });
}

void tcp_session::stop_reading(block why) {
  if (why == block::memory) waits_.begin();
  blocked_ = why;
  blocked_at_ = on().now();
}

// Bytes behind these frames stay where they are until others have had their turn.
void tcp_session::give_turn() {
  stop_reading(block::turn);
  asio::post(on().io(), [self = shared_from_this()] {
    if (self->blocked_ == block::turn) self->resume();
  });
}

// The time in which we did not read is not the client's: neither its frame nor its silence counts it.
void tcp_session::resume() {
  if (closed_) return;
  waits_.end();
  work_ = 0;
  if (std::exchange(blocked_, block::none) != block::none) {
    const auto held = on().now() - blocked_at_;
    received_at_ += held;
    frame_begun_at_ += held;
  }
  if (!pending_.empty()) process(pending_.view());
  answer_soon();
  read_on();
}

void tcp_session::on_acked(batching::ack&) noexcept { answer_soon(); }

// Everything that is settled in this readiness cycle is answered with one write.
void tcp_session::answer_soon() {
  if (answer_posted_ || closed_) return;
  answer_posted_ = true;
  asio::post(on().io(), [self = shared_from_this()] {
    self->answer_posted_ = false;
    self->answer();
  });
}

void tcp_session::answer() {
  if (closed_) return;
  auto& counts = on().recorder();
  write_store_answers();
  const bool withholds_credit = on().budget().paused() || blocked_ == block::full;
  protocol_.answer(withholds_credit, [&](batching::ack* done, time_point taken_at) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(on().now() - taken_at);
    counts.request(metrics::listener::tcp, metrics::route::frame, 0, took);
    if (done != nullptr) on().give_back(*done);
  });
  write();
}

void tcp_session::write() {
  if (closed_) return;
  if (writing_) return charge_output();
  std::string& out = protocol_.output();
  if (written_ == out.size()) return end_if_done();
  const auto r = stream_.write_some(std::string_view(out).substr(written_));
  if (r.is == batching::stream::io_result::state::failed) return close();
  written_ += r.bytes;
  written_at_ = on().now();
  writing_ = written_ < out.size();
  if (writing_) return charge_output();
  forget_output();
  if (protocol_.has_answers() || !store_answers_.empty()) answer_soon();
  if (blocked_ == block::congested) resume();
  end_if_done();
}

// A client that does not read its answers is to blame: they count, and others need not wait (is_in_the_way).
void tcp_session::charge_output() {
  const auto more = static_cast<std::int64_t>(protocol_.output().capacity()) - charged_output_;
  if (more <= 0) return;
  on().budget().charge(more);
  charged_output_ += more;
}

void tcp_session::forget_output() noexcept {
  std::string& out = protocol_.output();
  if (out.capacity() > output_bytes_kept)
    out = {};
  else
    out.clear();
  written_ = 0;
  if (charged_output_ > 0) on().budget().release(std::exchange(charged_output_, 0));
}

// Our end of the stream goes out, but the socket is closed only after the client's: closing it with unread bytes in it
// would reset the connection and take answers on their way with it.
void tcp_session::end_if_done() {
  if (closed_ || protocol_.current() != phase::done) return;
  if (end_of_stream_) return close();
  if (sent_end_) return;
  sent_end_ = true;
  static_cast<void>(stream_.end_sending());
  if (blocked_ != block::none) resume();
  read_on();
}

// Takes what has arrived before it says CLOSE, a few reads at a time: other sessions have their turn between them.
void tcp_session::drain() {
  if (closed_ || (protocol_.current() != phase::open && protocol_.current() != phase::greeting)) return;
  resume();
  bool more = true;
  for (int reads = 0; more && reads < reads_per_cycle_max; ++reads) more = read_once();
  drain_reads_ += reads_per_cycle_max;
  if ((more || blocked_ == block::turn) && drain_reads_ < reads_at_drain_max)
    return asio::post(on().io(), [self = shared_from_this()] { self->drain(); });
  protocol_.leave(frames::close_reason::draining, "the gateway shuts down: connect elsewhere or later");
  resume();
}

void tcp_session::close() noexcept {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  on().unwatch(*this);
  protocol_.abandon([this](batching::ack& open) {
    if (open.is_settled())
      on().give_back(open);
    else
      open.detach();
  });
  store_answers_.clear();
  pending_.release();
  waits_.end();
  forget_output();
  client_.leave();
  lane_->home.poll().forget(*this);
  stream_.close();
  slot_ = {};
  on().recorder().connections_closed[here].add();
  lane_->home.leave(*this);
}

void tcp_session::report_violation() {
  if (std::exchange(reported_, true)) return;
  on().recorder().protocol_errors.add();
  const frames::violation& broke = *protocol_.broke();
  metrics::happened(metrics::happening::protocol_error, broke.text,
                    {{"client", auth::to_string(client_.from().address)},
                     {"listener", "tcp"},
                     {"code", std::string(frames::name(broke.code))}});
}

}  // namespace gateway::frames
