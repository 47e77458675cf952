// The clock's side of a TCP session: everything that happens because time has passed, and what WELCOME promises about
// it.
#include <algorithm>

#include "gateway/frames/ack_writer.h"
#include "gateway/frames/frame_writer.h"
#include "gateway/frames/session.h"

namespace gateway::frames {

using phase = frames::session_protocol::phase;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

bool tcp_session::is_ending() const noexcept {
  const phase now = protocol_.current();
  return now == phase::failed || now == phase::done;
}

void tcp_session::on_tick(time_point now) noexcept {
  const auto self = shared_from_this();  // close() below may drop the last handler
  check_deadlines(now);
  if (closed_) return;
  if (on().draining() && drain_reads_ == 0) drain();
  if (blocked_ == block::memory && !on().budget().paused()) resume();
  resume_if_room();
  keep_client_informed(now);
  if (pending_.empty() && pending_.capacity() > 0) pending_.release();
}

void tcp_session::check_deadlines(time_point now) {
  const config::limits& limits = on().settings().limits;
  const auto patience_to_write = on().budget().paused()
                                     ? std::min<milliseconds>(limits.write_time_max, batching::crowded_write_time)
                                     : limits.write_time_max;
  if (written_ < protocol_.output().size() && writing_ && now - written_at_ > patience_to_write) return close();
  if (is_ending()) {
    if (ending_at_ == time_point{}) ending_at_ = now;
    const auto patience = protocol_.current() == phase::failed ? ack_time_after_error : linger_time;
    if (now - ending_at_ > patience) return close();
    return;
  }
  const bool is_greeting = protocol_.current() == phase::greeting || protocol_.current() == phase::proving;
  if (is_greeting && now - frame_begun_at_ > limits.head_time_max)
    protocol_.fail({frames::error_code::timeout, "no HELLO (of a peer: no PEER) within the time allowed"});
  else if (frame_is_late(now))
    protocol_.fail({frames::error_code::timeout, "a frame was begun and its rest did not arrive in time"});
  else if (protocol_.current() == phase::open && protocol_.unanswered() == 0 && blocked_ == block::none &&
           now - received_at_ > milliseconds(lane_->limits.idle_ms) && !has_arrivals())
    protocol_.leave(frames::close_reason::idle, "nothing was sent for a long time: send PING");
  else
    return;
  if (protocol_.broke() != nullptr) report_violation();
  pending_.release();
  wanted_ = 0;
  answer_soon();
}

bool tcp_session::frame_is_late(time_point now) const {
  if (pending_.empty() || blocked_ != block::none || end_of_stream_) return false;
  const config::limits& limits = on().settings().limits;
  if (now - received_at_ > limits.body_time_max || is_in_the_way(now)) return true;
  const auto taking = duration_cast<std::chrono::seconds>(now - frame_begun_at_);
  return taking > limits.body_time_max &&
         pending_.size() / static_cast<std::uint64_t>(taking.count()) < limits.body_rate_bytes_min;
}

// Others need the room that this frame holds, and it comes too slowly to be waited for.
bool tcp_session::is_in_the_way(time_point now) const {
  if (!pending_.is_charged() || !lane_->intake.on().budget().is_crowded()) return false;
  const auto taking = duration_cast<milliseconds>(now - frame_begun_at_);
  return taking > batching::crowded_time &&
         static_cast<std::int64_t>(pending_.size()) * 1000 / taking.count() < batching::crowded_rate_bytes_min;
}

// Bytes that wait in the socket: the client has just spoken, and is not idle.
bool tcp_session::has_arrivals() noexcept {
  char first = 0;
  return stream_.peek(&first, 1).is == batching::stream::io_result::state::done;
}

void tcp_session::keep_client_informed(time_point now) {
  if (protocol_.owes_credit() && !on().budget().paused() && blocked_ != block::full) answer_soon();
  const bool silent = end_of_stream_ || blocked_ != block::none;
  if (!silent || writing_ || now - written_at_ < probe_time) return;
  protocol_.probe();
  write();
}

tcp_lane::tcp_lane(ingress::door& to, const tcp_stores& of)
    : limits(session_limits_of(to.on().settings().limits, to.on().budget())),
      intake(to),
      appends(to, of.all),
      peer_secret(of.peer_secret),
      instance(of.instance),
      home(to.on()) {
  limits.asks_who = !to.guard().is_open();
}

// A frame may cost the budget at most half of it (share_bytes), split between its bytes and its records' overhead, so
// that it always fits beside what receive buffers may hold; and its answer must fit into an ACK frame.
frames::session_limits session_limits_of(const config::limits& limits, const batching::in_flight& budget) {
  const auto half_share = static_cast<std::uint64_t>(budget.share_bytes() / 2);
  const auto at_most = [half_share](std::uint64_t value) {
    return static_cast<std::uint32_t>(std::min(value, half_share));
  };
  frames::session_limits said;
  said.frame_bytes_max = static_cast<std::uint32_t>(
      std::min<std::int64_t>(limits.frame_bytes_max, budget.receiving_bytes_max(batching::receiving::large)));
  said.decoded_bytes_max = at_most(limits.decoded_bytes_max);
  const std::uint64_t records = half_share / static_cast<std::uint64_t>(batching::batch::record_overhead_bytes);
  said.records_max =
      std::min({limits.events_per_request_max, static_cast<std::uint32_t>(std::max<std::uint64_t>(records, 1)),
                frames::ack_writer::records_max_for(frames::ack_bytes_max)});
  said.window_bytes = 2 * std::uint64_t{said.frame_bytes_max};
  return said;
}

tcp_sessions::tcp_sessions(ingress::doors& of, const tcp_stores& stores) {
  for (const auto& each : of.all()) lanes_.push_back(std::make_unique<tcp_lane>(*each, stores));
}

net::session_factory tcp_sessions::factory() {
  return [this](runtime::lane& on, net::arrival a) {
    const auto at = std::ranges::find_if(lanes_, [&on](const auto& each) { return &each->intake.on() == &on; });
    std::make_shared<tcp_session>(**at, std::move(a))->start();
  };
}

std::string answer_to_plain() {
  std::string out;
  write_error(out, {error_code::not_headgate, "this port speaks TLS: connect with TLS, and then send HELLO"}, 0, 0);
  return out;
}

}  // namespace gateway::frames
