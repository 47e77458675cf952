#include "gateway/frames/session_protocol.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "gateway/auth/hash.h"
#include "gateway/frames/bytes.h"
#include "gateway/frames/frame_writer.h"

namespace gateway::frames {
namespace {

session_protocol::next_step used(std::uint32_t bytes) { return {session_protocol::step::handled, bytes}; }

bool is_hello(std::string_view received) noexcept {
  constexpr std::size_t type_at = 4;
  return received.size() <= type_at || received[type_at] == static_cast<char>(frame_type::hello);
}

constexpr char tls_handshake_record = 0x16;

}  // namespace

session_protocol::next_step session_protocol::next(std::string_view received) {
  gave_publish_ = false;
  if (current_ == phase::failed || current_ == phase::done) return {step::ended, 0};
  if (current_ == phase::greeting && received.starts_with(tls_handshake_record) && !is_hello(received))
    return end({error_code::not_headgate, "this port speaks frames without TLS, and TLS has come"});
  if (current_ == phase::greeting && !is_hello(received))
    return end({error_code::not_headgate,
                "this port speaks the Headgate frame protocol: begin with a HELLO frame (HTTP is on another port)"});
  frame_read read = read_frame(received, limits_->frame_bytes_max);
  if (read.state == frame_state::partial) return {step::need_bytes, read.bytes};
  if (read.state == frame_state::broken) return end(std::move(read.why));
  return on_frame(read.found);
}

session_protocol::next_step session_protocol::on_frame(const frame& whole) {
  if (current_ == phase::greeting) return on_hello(whole);
  if (current_ == phase::proving && whole.type != frame_type::peer)
    return end({error_code::unauthorized, "HELLO has said that a peer comes: send PEER, with its proof"});
  if (version_ < version_with_store && whole.type > frame_type::error)
    return end({error_code::unknown_type, "frame type " + std::to_string(static_cast<int>(whole.type)) +
                                              " is unknown in version 1: say in HELLO that version 2 is spoken"});
  switch (whole.type) {
    case frame_type::publish: return on_publish(whole);
    case frame_type::append:
    case frame_type::read: return on_store(whole);
    case frame_type::peer: return on_peer(whole);
    case frame_type::ping: {
      std::string_view echo;
      if (fault wrong = read_ping(whole.payload, echo)) return end(std::move(*wrong));
      write_pong(output_, echo);
      return used(whole.bytes);
    }
    case frame_type::pong: {
      std::string_view echo;
      if (fault wrong = read_ping(whole.payload, echo)) return end(std::move(*wrong));
      return used(whole.bytes);
    }
    case frame_type::close: {
      close why;
      if (fault wrong = read_close(whole.payload, why)) return end(std::move(*wrong));
      if (current_ == phase::open) current_ = phase::finishing;
      return used(whole.bytes);
    }
    case frame_type::error: {
      current_ = phase::failed;  // the client's own word: it wants no answer but the acks
      return {step::ended, 0};
    }
    case frame_type::hello: return end({error_code::unexpected_frame, "HELLO is sent once, as the first frame"});
    default:
      return end(
          {error_code::unknown_type, "WELCOME, ACK, CREDIT, APPENDED, EVENTS and PEERED are sent by the gateway only"});
  }
}

session_protocol::next_step session_protocol::on_hello(const frame& whole) {
  hello_ = {};
  if (fault wrong = read_hello(whole.payload, hello_)) return end(std::move(*wrong));
  const hello& said = hello_;
  if (said.version_min > version_newest || said.version_max < version_oldest)
    return end({error_code::unsupported_version, "this gateway speaks versions 1 and 2; the client offers " +
                                                     std::to_string(said.version_min) + " to " +
                                                     std::to_string(said.version_max)});
  version_ = std::min(said.version_max, version_newest);
  if (limits_->asks_who || said.is_peer) return {step::hello, whole.bytes};
  welcome_client();
  return used(whole.bytes);
}

void session_protocol::welcome_client() {
  const hello& said = hello_;
  if (said.receive_bytes_max != 0) ack_bytes_max_ = std::min(ack_bytes_max_, said.receive_bytes_max);
  records_max_ = std::min(limits_->records_max, ack_writer::records_max_for(ack_bytes_max_));
  given_ = {limits_->window_frames, limits_->window_bytes};
  is_peer_ = said.is_peer;
  if (version_ >= version_with_store) challenge_ = auth::random_bytes(proof_bytes);
  write_welcome(output_, {limits_->frame_bytes_max, limits_->decoded_bytes_max, records_max_, limits_->idle_ms, given_,
                          limits_->server_name, version_, limits_->requests_max, challenge_});
  hello_ = {};
  current_ = is_peer_ ? phase::proving : phase::open;
}

session_protocol::next_step session_protocol::on_peer(const frame& whole) {
  if (current_ != phase::proving)
    return end({error_code::unexpected_frame, "PEER is sent once, by a peer, behind its HELLO"});
  store_frame_ = whole;
  return {step::peer, whole.bytes};
}

void session_protocol::welcome_peer(std::string_view peered_frame) {
  output_ += peered_frame;
  current_ = phase::open;
}

// Behind our CLOSE nothing is taken, and nothing is answered: CLOSE finished tells the client so.
session_protocol::next_step session_protocol::on_store(const frame& whole) {
  if (current_ == phase::leaving) return used(whole.bytes);
  if (current_ == phase::finishing) return end({error_code::unexpected_frame, "APPEND or READ after CLOSE"});
  if (open_requests_ >= limits_->requests_max)
    return end({error_code::credit_exceeded, "more than " + std::to_string(limits_->requests_max) +
                                                 " APPEND and READ frames without an answer: wait for answers"});
  store_frame_ = whole;
  return {step::store, whole.bytes};
}

void session_protocol::end_request(std::string_view answer) {
  --open_requests_;
  if (current_ == phase::done) return;
  output_ += answer;
}

session_protocol::next_step session_protocol::on_publish(const frame& whole) {
  if (current_ == phase::leaving) return used(whole.bytes);  // CLOSE has said that it is not taken
  if (is_peer_) return end({error_code::unexpected_frame, "a peer sends APPEND and READ, and no PUBLISH"});
  publish_ = {};
  if (fault wrong = read_publish(whole, publish_)) return end(std::move(*wrong), publish_.sequence);
  if (fault wrong = check_publish()) return end(std::move(*wrong), publish_.sequence);
  gave_publish_ = true;
  return {step::publish, whole.bytes};
}

fault session_protocol::check_publish() const {
  if (current_ == phase::finishing) return violation{error_code::unexpected_frame, "PUBLISH after CLOSE"};
  if (publish_.sequence != last_sequence_ + 1)
    return violation{error_code::bad_sequence, "the sequence is " + std::to_string(publish_.sequence) + ", expected " +
                                                   std::to_string(last_sequence_ + 1)};
  if (publish_.sequence > given_.sequence || received_bytes_ + publish_.frame_bytes > given_.bytes)
    return violation{error_code::credit_exceeded, "credit goes up to sequence " + std::to_string(given_.sequence) +
                                                      " and " + std::to_string(given_.bytes) +
                                                      " bytes: wait for CREDIT"};
  if (publish_.records > records_max_)
    return violation{
        error_code::limit_exceeded,
        std::to_string(publish_.records) + " records in a frame: WELCOME allows " + std::to_string(records_max_)};
  if (publish_.records_bytes > limits_->decoded_bytes_max)
    return violation{error_code::limit_exceeded, std::to_string(publish_.records_bytes) +
                                                     " bytes in a record block: WELCOME allows " +
                                                     std::to_string(limits_->decoded_bytes_max)};
  return {};
}

void session_protocol::take(batching::ack& answer, batching::ack_level level,
                            std::chrono::steady_clock::time_point now) {
  assert(gave_publish_);
  gave_publish_ = false;
  last_sequence_ = publish_.sequence;
  received_bytes_ += publish_.frame_bytes;
  queue_.push({{publish_.sequence, publish_.records, level, publish_.results, frame_status::taken, &answer, {}},
               publish_.frame_bytes,
               now,
               {}});
}

void session_protocol::refuse(frame_status why, std::string detail, std::chrono::steady_clock::time_point now) {
  assert(gave_publish_);
  gave_publish_ = false;
  last_sequence_ = publish_.sequence;
  received_bytes_ += publish_.frame_bytes;
  detail.resize(cut(detail, detail_bytes_max).size());
  queue_.push({{publish_.sequence, publish_.records, batching::ack_level::broker, publish_.results, why, nullptr, {}},
               publish_.frame_bytes,
               now,
               std::move(detail)});
}

void session_protocol::fail(violation why) { (void)end(std::move(why), gave_publish_ ? publish_.sequence : 0); }

session_protocol::next_step session_protocol::end(violation why, std::uint64_t sequence) {
  if (current_ != phase::failed && current_ != phase::done) {
    write_error(output_, why, sequence, last_sequence_);
    broke_ = std::move(why);
    current_ = phase::failed;
  }
  return {step::ended, 0};
}

void session_protocol::on_end_of_stream(std::string_view unused) {
  if (current_ == phase::done) return;
  if (!unused.empty()) end({error_code::malformed_frame, "the stream ended within a frame: nothing of it was taken"});
  if (current_ == phase::greeting || current_ == phase::proving)
    current_ = phase::failed;  // a visit without a word needs no answer
  if (current_ == phase::open) current_ = phase::finishing;
}

void session_protocol::leave(close_reason why, std::string_view text) {
  if (current_ != phase::open && current_ != phase::greeting && current_ != phase::proving) return;
  current_ = phase::leaving;
  write_close(output_, {last_sequence_, why, text});
}

void session_protocol::probe() {
  if (current_ == phase::open || current_ == phase::finishing) write_credit(output_, given_);
}

bool session_protocol::owes_credit() const noexcept {
  return current_ == phase::open && (given_.sequence < queue_.answered_frames() + limits_->window_frames ||
                                     given_.bytes < queue_.answered_bytes() + limits_->window_bytes);
}

void session_protocol::extend_credit() {
  if (!owes_credit()) return;
  given_ = {queue_.answered_frames() + limits_->window_frames, queue_.answered_bytes() + limits_->window_bytes};
  write_credit(output_, given_);
}

void session_protocol::finish_if_answered() {
  if (unanswered() > 0) return;
  const bool tells_end = current_ == phase::leaving && version_ >= version_with_store;
  if (current_ == phase::finishing || tells_end) write_close(output_, {last_sequence_, close_reason::finished, {}});
  if (current_ == phase::finishing || current_ == phase::leaving || current_ == phase::failed) current_ = phase::done;
}

}  // namespace gateway::frames
