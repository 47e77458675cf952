#include "gateway/peers/peer_link.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "metrics/events.h"

namespace gateway::peers {

using batching::stream::io_result;
using boost::system::error_code;
using stores::forwarding;
using clock = std::chrono::steady_clock;

peer_link::peer_link(boost::asio::io_context& io, member_name to, const link_settings& settings)
    : to_(std::move(to)),
      settings_(&settings),
      io_(&io),
      connector_(io),
      watcher_(io.get_executor()),
      timer_(io.get_executor()) {}

void peer_link::append(std::string_view topic, std::span<const ::store::append> appends,
                       std::chrono::milliseconds time_max, const peer_protocol::appends_told& told) {
  connect_if_due();
  if (!protocol_ || !protocol_->append(topic, appends, time_max, clock::now(), told))
    return told(forwarding::not_sent, {});
  send_soon();
}

void peer_link::read(const stores::remote_read& what, const peer_protocol::piece_told& told) {
  connect_if_due();
  if (!protocol_ || !protocol_->read(what, clock::now(), told)) return told(forwarding::not_sent, {});
  send_soon();
}

void peer_link::connect_if_due() {
  if (state_ != state::closed || clock::now() < connect_at_) return;
  state_ = state::connecting;
  connector_.start(to_.host, to_.port, settings_->connect_time_max,
                   [this](batching::kafka::client::connector::result made) {
                     if (!made) return lose("cannot connect: " + made.error());
                     on_connected(std::move(*made));
                   });
}

void peer_link::on_connected(batching::stream::byte_stream made) {
  stream_ = std::move(made);
  error_code error;
  watcher_.assign(stream_.descriptor(), error);
  if (error) return lose("cannot be used: " + error.message());
  state_ = state::securing;
  keep_looking();
  connect_at_ = clock::now() + settings_->connect_time_max;  // for the handshake
  if (!to_.is_secure) return begin();
  context_ = settings_->tls ? settings_->tls->current() : nullptr;
  if (!context_) return lose("it speaks TLS, and store.peer_ca cannot be used");
  stream_.secure(context_, to_.host);
  shake_hands();
}

void peer_link::shake_hands() {
  const io_result r = stream_.handshake();
  if (r.is == io_result::state::done) return begin();
  if (r.is != io_result::state::would_block) return lose("no TLS: " + stream_.failure());
  if (stream_.want_write())
    await_room();
  else
    await_input();
}

void peer_link::begin() {
  state_ = state::open;
  protocol_.emplace(settings_->protocol);
  protocol_->begin(clock::now());
  await_input();
  send();
}

void peer_link::await_input() {
  if (std::exchange(waits_for_input_, true)) return;
  watcher_.async_wait(watcher::wait_read, [this, attempt = attempt_](error_code error) {
    if (!is_current(attempt)) return;
    waits_for_input_ = false;
    if (error) return lose(error.message());
    on_input();
  });
}

void peer_link::await_room() {
  if (stream_.want_read() && !stream_.want_write()) return await_input();
  if (std::exchange(waits_for_room_, true)) return;
  watcher_.async_wait(watcher::wait_write, [this, attempt = attempt_](error_code error) {
    if (!is_current(attempt)) return;
    waits_for_room_ = false;
    if (error) return lose(error.message());
    if (state_ == state::securing) return shake_hands();
    send();
  });
}

void peer_link::on_input() {
  if (state_ == state::securing) return shake_hands();
  const std::uint64_t attempt = attempt_;
  do {
    const std::size_t before = received_.size();
    received_.resize(before + read_bytes);
    const io_result r = stream_.read_some(received_.data() + before, read_bytes);
    received_.resize(before + (r.is == io_result::state::done ? r.bytes : 0));
    if (r.is == io_result::state::would_block) break;
    if (r.is != io_result::state::done) return lose(end_of(r));
    const std::string wrong = protocol_->receive(received_, clock::now());
    if (!is_current(attempt)) return;
    if (!wrong.empty()) return lose(wrong);
    if (protocol_->is_open()) failures_ = 0;
  } while (stream_.has_pending());
  send();
  if (state_ != state::closed) await_input();
}

// One that ends after it has answered is ending: the group tells of it.
std::string peer_link::end_of(const io_result& read) const {
  if (read.is == io_result::state::ended && protocol_->is_open()) return {};
  if (!stream_.failure().empty()) return "it ends the TLS connection: " + stream_.failure();
  if (read.is == io_result::state::failed) return "the connection was reset";
  return "it closes the connection before it has answered";
}

void peer_link::send_soon() {
  if (std::exchange(send_posted_, true)) return;
  boost::asio::post(*io_, [this, attempt = attempt_] {
    if (!is_current(attempt)) return;
    send_posted_ = false;
    send();
  });
}

void peer_link::send() {
  while (state_ == state::open && !waits_for_room_ && !protocol_->output().empty()) {
    std::string& out = protocol_->output();
    if (stream_.is_secure()) {
      protocol_->note_left(out.size() - std::min(offered_, out.size()));
      offered_ = out.size();
    }
    const io_result r = stream_.write_some(out);
    if (r.is == io_result::state::would_block) return await_room();
    if (r.is != io_result::state::done)
      return lose("cannot be written to" + (stream_.failure().empty() ? "" : ": " + stream_.failure()));
    if (!stream_.is_secure()) protocol_->note_left(r.bytes);
    offered_ -= std::min(offered_, r.bytes);
    out.erase(0, r.bytes);
  }
}

void peer_link::keep_looking() {
  timer_.expires_after(look_every);
  timer_.async_wait([this, attempt = attempt_](error_code error) {
    if (error || !is_current(attempt)) return;
    if (state_ == state::securing && clock::now() > connect_at_) return lose("no TLS handshake in time");
    if (protocol_ && !protocol_->check_times(clock::now())) return lose("it does not answer");
    if (!is_current(attempt)) return;
    send();
    if (is_current(attempt)) keep_looking();
  });
}

void peer_link::close() {
  ++attempt_;
  connector_.cancel();
  timer_.cancel();
  if (watcher_.is_open()) watcher_.release();
  stream_.close();
  context_.reset();
  state_ = state::closed;
  waits_for_room_ = waits_for_input_ = send_posted_ = false;
  offered_ = 0;
  received_.clear();
  if (!protocol_) return;
  peer_protocol ended = std::move(*protocol_);
  protocol_.reset();
  ended.end();
}

void peer_link::lose(const std::string& why) {
  const auto pause = settings_->pause_after_failure * (1U << std::min(failures_++, 6U));
  connect_at_ = clock::now() + std::min<std::chrono::milliseconds>(pause, settings_->pause_longest);
  if (!why.empty())
    metrics::happened(metrics::happening::store_peer_lost, "the connection to another instance",
                      {{"instance", to_.instance}, {"address", address_text(to_.host, to_.port)}, {"why", why}});
  close();
}

}  // namespace gateway::peers
