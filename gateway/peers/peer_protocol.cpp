#include "gateway/peers/peer_protocol.h"

#include <algorithm>
#include <utility>

#include "gateway/auth/hash.h"
#include "gateway/frames/bytes.h"
#include "gateway/frames/frame_writer.h"
#include "gateway/frames/messages.h"
#include "gateway/frames/peer_proof.h"
#include "gateway/frames/protocol.h"
#include "gateway/frames/store_messages.h"
#include "gateway/peers/peer_messages.h"

namespace gateway::peers {

using frames::frame_type;
using stores::forwarding;

namespace {

constexpr std::string_view no_sense = "its answer makes no sense";

}  // namespace

void peer_protocol::begin(time_point now) {
  phase_ = phase::greeting;
  heard_at_ = pinged_at_ = now;
  write_hello(output_, settings_->instance, !settings_->secret.empty(), receive_bytes_max);
  queued_ = output_.size();
}

bool peer_protocol::has_room(std::size_t bytes) const noexcept {
  return is_open() && open_.size() < requests_max_ && bytes <= frame_bytes_max_ &&
         output_.size() + bytes <= unsent_bytes_max;
}

bool peer_protocol::append(std::string_view topic, std::span<const ::store::append> appends,
                           std::chrono::milliseconds time_max, time_point now, const appends_told& told) {
  if (appends.size() > frames::appends_per_frame_max || !has_room(append_frame_bytes(topic, appends))) return false;
  if (open_.empty()) heard_at_ = pinged_at_ = now;  // nothing was to be heard
  const std::size_t before = output_.size();
  write_append(output_, next_request_, time_max, topic, appends);
  open_.emplace(next_request_++, request{told, {}, now + time_max + answer_grace, queued_});
  queued_ += output_.size() - before;
  return true;
}

bool peer_protocol::read(const stores::remote_read& what, time_point now, const piece_told& told) {
  if (!has_room(frames::read_bytes_max)) return false;
  if (open_.empty()) heard_at_ = pinged_at_ = now;
  const std::size_t before = output_.size();
  write_read(output_, next_request_, what);
  open_.emplace(next_request_++, request{{}, told, now + what.wait + silence_max + answer_grace, queued_});
  queued_ += output_.size() - before;
  return true;
}

std::string peer_protocol::receive(std::string& received, time_point now) {
  std::size_t used = 0;
  std::string wrong;
  heard_at_ = now;
  while (wrong.empty()) {
    const frames::frame_read next = frames::read_any_frame(std::string_view(received).substr(used), receive_bytes_max);
    if (next.state == frames::frame_state::partial) break;
    if (next.state == frames::frame_state::broken) return next.why.text;
    wrong = on_frame(next.found);
    used += next.found.bytes;
  }
  received.erase(0, used);
  return wrong;
}

std::string peer_protocol::on_frame(const frames::frame& whole) {
  switch (whole.type) {
    case frame_type::welcome: return on_welcome(whole.payload);
    case frame_type::peered:
      if (phase_ != phase::proving || !frames::is_right_peered(whole.payload, settings_->secret, own_challenge_))
        return "it does not know our secret: all instances need the same store.peer_secret_file";
      phase_ = phase::open;
      return {};
    case frame_type::appended: return on_appended(whole.payload);
    case frame_type::events: return on_events(whole.payload);
    case frame_type::close: return on_close(whole.payload), std::string();
    case frame_type::credit:
    case frame_type::pong: return {};
    case frame_type::error: {
      constexpr std::size_t fixed = 20;
      const std::string_view text = whole.payload.substr(std::min(fixed, whole.payload.size()));
      return "it says: " + std::string(text.substr(0, 300));
    }
    default: return std::string(no_sense);
  }
}

std::string peer_protocol::on_welcome(std::string_view payload) {
  const auto said = read_welcome(payload);
  if (phase_ != phase::greeting || !said) return std::string(no_sense);
  frame_bytes_max_ = said->frame_bytes_max;
  requests_max_ = said->requests_max;
  phase_ = phase::open;
  if (settings_->secret.empty()) return {};
  phase_ = phase::proving;
  own_challenge_ = auth::random_bytes(frames::proof_bytes);
  const std::size_t before = output_.size();
  frames::write_peer(output_, settings_->secret, said->challenge, own_challenge_, settings_->instance);
  queued_ += output_.size() - before;
  return {};
}

bool peer_protocol::take(std::uint64_t number, request& out) {
  const auto found = open_.find(number);
  if (found == open_.end()) return false;  // it was given up
  out = std::move(found->second);
  open_.erase(found);
  return true;
}

std::string peer_protocol::on_appended(std::string_view payload) {
  const auto said = read_appended(payload);
  if (!said) return std::string(no_sense);
  request of;
  if (!take(said->request, of) || !of.told_appends) return {};
  const bool is_done = said->status == static_cast<std::uint8_t>(frames::store_status::done);
  of.told_appends(is_done ? forwarding::answered : forwarding::not_sent, said->results);
  return {};
}

std::string peer_protocol::on_events(std::string_view payload) {
  auto said = read_events(payload);
  if (!said) return std::string(no_sense);
  request of;
  if (!take(said->request, of) || !of.told_piece) return {};
  of.told_piece(forwarding::answered, std::move(said->piece));
  return {};
}

// The first CLOSE says that it takes no more; the last one, that all it took is answered.
void peer_protocol::on_close(std::string_view payload) {
  frames::close said;
  if (frames::read_close(payload, said)) return;
  ended_well_ = said.reason == frames::close_reason::finished;
  phase_ = phase::leaving;
}

bool peer_protocol::check_times(time_point now) {
  std::vector<request> late;
  for (auto at = open_.begin(); at != open_.end();) {
    if (at->second.until > now) {
      ++at;
      continue;
    }
    late.push_back(std::move(at->second));
    at = open_.erase(at);
  }
  for (const request& r : late) tell(r, forwarding::unknown);
  if (open_.empty() && phase_ != phase::greeting && phase_ != phase::proving) return true;
  if (now - heard_at_ >= silence_max) return false;
  if (is_open() && now - std::max(heard_at_, pinged_at_) >= ping_after) {
    pinged_at_ = now;
    const std::size_t at = frames::begin_frame(output_, frame_type::ping);
    output_.append("headgate");
    queued_ += output_.size() - at;
    frames::end_frame(output_, at);
  }
  return true;
}

void peer_protocol::end() {
  phase_ = phase::over;
  for (auto& [number, what] : std::exchange(open_, {}))
    tell(what, ended_well_ || what.begins_at >= left_ ? forwarding::not_sent : forwarding::unknown);
}

// Of a read nothing depends on whether it was taken.
void peer_protocol::tell(const request& what, forwarding how) {
  if (what.told_appends) what.told_appends(how, {});
  if (what.told_piece) what.told_piece(forwarding::not_sent, {});
}

}  // namespace gateway::peers
