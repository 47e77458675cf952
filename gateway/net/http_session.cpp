#include "gateway/net/http_session.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "metrics/events.h"

namespace gateway::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

bool would_block(const error_code& ec) { return ec == asio::error::would_block || ec == asio::error::try_again; }

}  // namespace

void http_session::start(http_lane& home, tcp_socket socket, connection_limit::slot slot) {
  const self_ptr s(new http_session(home, std::move(socket), std::move(slot)));
  home.enter(*s);
  s->on().watch(*s);
  s->read_on();
}

http_session::http_session(http_lane& home, tcp_socket socket, connection_limit::slot slot)
    : home_(&home),
      socket_(std::move(socket)),
      slot_(std::move(slot)),
      talk_(home.front(), *this),
      input_(home.room()),
      active_at_(home.front().on().now()) {}

void http_session::close() noexcept {
  if (closed_) return;
  closed_ = true;
  const self_ptr self(this);
  on().unwatch(*this);
  on().recorder().connections_closed[static_cast<std::size_t>(metrics::listener::http)].add();
  talk_.abandon();
  input_.clear();
  forget_unsent();
  if (asking_) *asking_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
  slot_ = {};
  home_->leave(*this);
}

void http_session::read_on() {
  if (closed_ || reading_ || (input_ended_ && !lingering_) || !(lingering_ || talk_.reads())) return;
  reading_ = true;
  socket_.async_wait(tcp_socket::wait_read, [self = self_ptr(this)](error_code ec) {
    self->reading_ = false;
    if (self->closed_) return;
    if (ec) return self->close();
    if (self->lingering_) return self->drop_input();
    self->on_readable();
  });
}

void http_session::on_readable() {
  if (!talk_.reads()) return;  // since it was asked for, too much is under way: flush() reads on
  const bool fresh_request = input_.empty();
  char* to = on().scratch();
  std::size_t room = lane::scratch_bytes;
  if (!fresh_request) {
    const std::size_t wanted = talk_.bytes_wanted(input_.size());
    if (!input_.reserve(wanted)) {
      talk_.refuse_for_room();
      return go_on();
    }
    to = input_.tail();
    room = wanted - input_.size();
  }
  error_code ec;
  const std::size_t n = socket_.read_some(asio::buffer(to, room), ec);
  if (would_block(ec)) return read_on();
  if (ec == asio::error::eof) return end_of_input();
  if (ec) return close();
  active_at_ = on().now();
  if (fresh_request) return take(to, n, n);
  input_.commit(n);
  take(input_.data(), input_.size(), n);
}

// `data`: the lane's scratch buffer or our own.
void http_session::take(char* data, std::size_t size, std::size_t fresh) {
  const std::size_t taken = talk_.take(data, size, fresh);
  if (data == input_.data()) {
    input_.keep(taken, size);
  } else if (size > 0 && !input_.append({data + taken, size})) {
    talk_.refuse_for_room();
  }
  go_on();
}

// Whatever may be possible now: write, take requests that had to wait, end, read.
void http_session::go_on() {
  const self_ptr self(this);
  flush();
  while (!closed_ && talk_.holds_back() && !input_.empty()) {
    std::size_t size = input_.size();
    const std::size_t taken = talk_.take(input_.data(), size, 0);
    input_.keep(taken, size);
    flush();
  }
  if (closed_) return;
  if (input_ended_) {
    talk_.end_of_input(input_.size());
    flush();
  }
  if (!closed_ && talk_.is_over() && !unsent_ && !lingering_) finish();
  read_on();
}

void http_session::end_of_input() {
  input_ended_ = true;
  go_on();
}

void http_session::on_answer_ready() noexcept {
  // A single request under way: nothing else can become ready in this cycle, so it is written at once.
  if (talk_.under_way() == 1) return go_on();
  if (std::exchange(flush_posted_, true)) return;
  asio::post(on().io(), [self = self_ptr(this)] {
    self->flush_posted_ = false;
    if (!self->closed_) self->go_on();
  });
}

void http_session::on_protocol_error(const http::problem& p) noexcept {
  error_code ignored;
  const auto client = socket_.remote_endpoint(ignored);
  metrics::happened(
      metrics::happening::protocol_error, p.detail,
      {{"client", client.address().to_string()}, {"listener", "http"}, {"code", http::row_of(p.error).code}});
}

void http_session::on_unknown_topic() noexcept {
  asking_ = std::make_shared<http_session*>(this);
  on().outside().refresh_topics(on(), [asking = asking_] {
    if (*asking == nullptr) return;
    http_session& s = **asking;
    s.asking_.reset();
    s.talk_.asked_kafka();
    s.go_on();
  });
}

void http_session::flush() {
  while (!closed_ && !unsent_) {
    std::string& answers = home_->front().out();
    talk_.write(answers);
    if (answers.empty()) return;
    send(answers);
  }
}

void http_session::send(std::string_view answers) {
  error_code ec;
  const std::size_t n = socket_.write_some(asio::buffer(answers), ec);
  if (ec && !would_block(ec)) return close();
  active_at_ = on().now();
  if (!ec && n == answers.size()) return;
  keep_unsent(answers.substr(ec ? 0 : n));
}

void http_session::keep_unsent(std::string_view rest) {
  if (!home_->room().reserve(rest.size())) return close();  // a client that does not read, and no room to wait for it
  unsent_ = std::make_unique<std::string>(rest);
  sent_ = 0;
  talk_.hold(true);
  wait_writable();
}

void http_session::forget_unsent() noexcept {
  if (unsent_) home_->room().release(unsent_->size());
  unsent_.reset();
}

void http_session::wait_writable() {
  socket_.async_wait(tcp_socket::wait_write, [self = self_ptr(this)](error_code error) {
    if (self->closed_) return;
    if (error) return self->close();
    self->on_writable();
  });
}

void http_session::on_writable() {
  error_code ec;
  const std::size_t n = socket_.write_some(asio::buffer(*unsent_) + sent_, ec);
  if (ec && !would_block(ec)) return close();
  if (!ec) {
    sent_ += n;
    active_at_ = on().now();
  }
  if (sent_ < unsent_->size()) return wait_writable();
  forget_unsent();
  talk_.hold(false);
  go_on();
}

void http_session::finish() {
  if (input_ended_) return close();
  linger();
}

void http_session::linger() noexcept {
  error_code ec;
  socket_.shutdown(tcp_socket::shutdown_send, ec);
  if (ec) return close();
  input_.clear();
  lingering_ = true;
  active_at_ = on().now();
}

void http_session::drop_input() {
  // MSG_TRUNC: the kernel throws the bytes away without copying them.
  const ssize_t n = ::recv(socket_.native_handle(), nullptr, 1 << 20, MSG_TRUNC | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return read_on();
  if (n <= 0) return close();
  dropped_bytes_ += static_cast<std::uint64_t>(n);
  if (dropped_bytes_ > linger_bytes_max) return close();
  read_on();
}

void http_session::on_tick(batching::clock::time_point now) noexcept {
  const self_ptr self(this);
  const config::limits& limits = home_->front().limits();
  const auto quiet = now - active_at_;
  if (lingering_) {
    if (quiet > linger_time_max) close();
    return;
  }
  if (unsent_) {
    if (quiet > limits.write_time_max) close();
    return;
  }
  if (talk_.is_idle()) {
    if (on().draining() || quiet > limits.idle_time_max) {
      linger();
      read_on();
    }
    return;
  }
  talk_.check_time(now);
  go_on();
}

}  // namespace gateway::net
