#include "gateway/http1/session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/auth/address.h"
#include "metrics/events.h"

namespace gateway::http1 {

using batching::stream::io_result;
using state = io_result::state;

void http_session::start(http_lane& home, net::arrival from) {
  const self_ptr s(new http_session(home, std::move(from)));
  home.enter(*s);
  s->on().watch(*s);
  if (home.poll().watch(s->stream_.descriptor(), *s)) return;
  metrics::happened(metrics::happening::accept_failed, "cannot watch a connection", {{"error", std::strerror(errno)}});
  s->close();
}

http_session::http_session(http_lane& home, net::arrival from)
    : home_(&home),
      stream_(std::move(from.stream)),
      slot_(std::move(from.slot)),
      talk_(home.routes(), *this, std::move(from.from)),
      input_(home.room()),
      active_at_(home.routes().on().now()) {}

void http_session::close() noexcept {
  if (closed_) return;
  closed_ = true;
  const self_ptr self(this);
  on().unwatch(*this);
  on().recorder().connections_closed[static_cast<std::size_t>(metrics::listener::http)].add();
  talk_.abandon();
  end_wait_for_room();
  input_.clear();
  home_->starved().look_soon();
  forget_unsent();
  if (asking_) *asking_ = nullptr;
  home_->poll().forget(*this);
  stream_.close();
  slot_ = {};
  home_->leave(*this);
}

void http_session::on_ready(std::uint32_t events) noexcept {
  const self_ptr self(this);
  constexpr std::uint32_t lost = EPOLLERR | EPOLLHUP;
  if ((events & (EPOLLIN | EPOLLRDHUP | lost)) != 0) input_waits_ = true;
  if ((events & (EPOLLRDHUP | lost)) != 0) client_ended_ = true;
  if ((events & EPOLLOUT) != 0 && stream_.is_secure()) input_waits_ = true;  // reading may have waited to write
  if (unsent_ && (events & (EPOLLOUT | lost)) != 0) send_rest();
  if (!read_posted_) read_now();
}

bool http_session::may_read() const noexcept {
  if (closed_ || !input_waits_) return false;
  return lingering_ || (!input_ended_ && talk_.reads());
}

// Not at once: other sessions have their turn first.
void http_session::read_on() {
  if (read_posted_ || !may_read()) return;
  read_posted_ = true;
  boost::asio::post(on().io(), [self = self_ptr(this)] {
    self->read_posted_ = false;
    self->read_now();
    self->home_->round().take_received();
  });
}

void http_session::read_now() {
  if (!may_read()) return;
  if (lingering_) return drop_input();
  if (!input_.empty()) return receive_on();
  if (sends_little_) return receive_small();
  const bool roomy = home_->room().has(runtime::lane::scratch_bytes);  // a request that is not whole must be kept
  const std::size_t most = roomy ? runtime::lane::scratch_bytes : http_input::uncharged_bytes;
  if (const std::size_t n = receive(on().scratch(), most); n > 0) take(on().scratch(), n, n);
}

// 0: nothing came, and what that means has been done. The poller tells of new bytes once: whoever leaves some in the
// kernel must come back.
std::size_t http_session::receive(char* to, std::size_t room) {
  const io_result r = stream_.read_some(to, room);
  if (r.is == state::failed) close();
  if (r.is == state::ended) end_of_input();
  if (r.is == state::would_block) input_waits_ = false;
  if (r.is != state::done) return 0;
  if (!stream_.may_have_more(r.bytes, room) && !client_ended_) input_waits_ = false;
  if (input_.empty()) sends_little_ = r.bytes <= http_round::slot_bytes / 2;
  active_at_ = on().now();
  return r.bytes;
}

void http_session::receive_small() {
  if (const std::size_t n = receive(home_->round().slot(), http_round::slot_bytes); n > 0)
    home_->round().received(*this, n);
}

void http_session::take_received(char* data, std::size_t size) {
  if (!closed_) take(data, size, size);
}

// More of a request of which the beginning is here.
void http_session::receive_on() {
  const std::size_t wanted = talk_.bytes_wanted(input_.size());
  if (!input_.reserve(wanted)) return wait_for_room();
  const std::size_t n = receive(input_.tail(), wanted - input_.size());
  if (n == 0) return;
  input_.commit(n);
  take(input_.data(), input_.size(), n);
}

// Nothing is read meanwhile, and its clock stands still: the client does not pay for what others hold.
void http_session::wait_for_room() {
  waits_for_room_ = true;
  room_since_ = on().now();
  home_->room().begin_waiting();
  talk_.starve(true, room_since_);
  home_->starved().enter(*this);
}

// Once it had to wait, all of the request at once: it shall not wait again for each further part.
bool http_session::take_room() {
  const self_ptr self(this);
  const std::size_t wanted = talk_.bytes_wanted(input_.size());
  const std::size_t whole = std::max(wanted, talk_.bytes_announced());
  if (!input_.reserve(whole) && !input_.reserve(wanted) && !input_.reserve_beyond(whole)) return false;
  end_wait_for_room();
  go_on();
  return true;
}

void http_session::wait_longer(batching::clock::time_point now) {
  home_->starved().look_soon();
  talk_.check_time(now);
  if (now - room_since_ > room_wait_max) {
    end_wait_for_room();
    talk_.refuse_for_room();
  }
  go_on();
}

void http_session::end_wait_for_room() noexcept {
  if (!std::exchange(waits_for_room_, false)) return;
  home_->starved().leave(*this);
  home_->room().end_waiting();
  talk_.starve(false, on().now());
}

// `data`: the lane's scratch buffer, the round's or our own.
void http_session::take(char* data, std::size_t size, std::size_t fresh) {
  const std::size_t taken = talk_.take(data, size, fresh, on().now());
  if (data == input_.data()) {
    const std::size_t charged = input_.charged_bytes();
    input_.keep(taken, size);
    if (input_.charged_bytes() < charged) home_->starved().look_soon();
  } else if (size > 0) {
    input_.append({data + taken, size});
  }
  go_on();
}

// Does all that may be possible now: write, take requests that had to wait, end, read.
void http_session::go_on() {
  const self_ptr self(this);
  flush();
  while (!closed_ && talk_.holds_back() && !input_.empty()) take_again();
  if (closed_) return;
  if (talk_.wants_turn() && !input_.empty()) take_later();
  if (input_ended_) {
    talk_.end_of_input(input_.size());
    flush();
  }
  if (!closed_ && talk_.is_over() && !unsent_ && !lingering_) finish();
  read_on();
}

void http_session::take_again() {
  std::size_t size = input_.size();
  const std::size_t taken = talk_.take(input_.data(), size, 0, on().now());
  input_.keep(taken, size);
  flush();
}

// A client's pipeline must not stop the lane: what other sessions have to do comes between its requests.
void http_session::take_later() {
  if (std::exchange(turn_posted_, true)) return;
  boost::asio::post(on().io(), [self = self_ptr(this)] {
    self->turn_posted_ = false;
    if (self->closed_ || !self->talk_.wants_turn() || self->input_.empty()) return;
    self->take_again();
    self->go_on();
  });
}

void http_session::end_of_input() {
  input_ended_ = true;
  go_on();
}

void http_session::on_answer_ready() noexcept {
  if (!std::exchange(answer_due_, true)) home_->round().answer_soon(*this);
}

void http_session::write_answers(std::string& to) {
  answer_due_ = false;
  if (!closed_ && !unsent_) talk_.write(to, on().now());
}

void http_session::on_answered() {
  if (!closed_) go_on();
}

void http_session::on_protocol_error(const problem& p) noexcept {
  metrics::happened(
      metrics::happening::protocol_error, p.detail,
      {{"client", auth::to_string(talk_.from().address)}, {"listener", "http"}, {"code", row_of(p.error).code}});
}

void http_session::on_unknown_topic() noexcept {
  if (asking_) *asking_ = nullptr;  // a question that took too long is nobody's any more
  asking_ = std::make_shared<http_session*>(this);
  on().outside().refresh_topics(on(), [asking = asking_](bool answered) {
    if (*asking == nullptr) return;
    http_session& s = **asking;
    s.asking_.reset();
    s.talk_.asked_kafka(answered);
    s.go_on();
  });
}

void http_session::flush() {
  while (!closed_ && !unsent_) {
    std::string& answers = home_->routes().out();
    talk_.write(answers, on().now());
    if (answers.empty()) return;
    send(answers);
  }
}

void http_session::send(std::string_view answers) {
  if (closed_) return;
  const io_result r = stream_.write_some(answers);
  if (r.is == state::failed) return close();
  active_at_ = on().now();
  if (r.bytes < answers.size()) keep_unsent(answers.substr(r.bytes));
}

void http_session::keep_unsent(std::string_view rest) {
  if (!home_->room().reserve_answer(rest.size())) return close();  // its client does not read, and may not wait
  unsent_ = std::make_unique<std::string>(rest);
  sent_ = 0;
  talk_.hold(true, on().now());
}

void http_session::forget_unsent() noexcept {
  if (unsent_) home_->room().release_answer(unsent_->size());
  unsent_.reset();
}

void http_session::send_rest() {
  const io_result r = stream_.write_some(std::string_view(*unsent_).substr(sent_));
  if (r.is == state::failed) return close();
  if (r.is != state::done) return;
  active_at_ = on().now();
  sent_ += r.bytes;
  if (sent_ < unsent_->size()) return;
  forget_unsent();
  talk_.hold(false, on().now());
  go_on();
}

void http_session::finish() {
  if (input_ended_) return close();
  linger();
}

// The request that the client is just sending may lie in the socket already, its readiness not yet told.
void http_session::leave_if_silent() {
  input_waits_ = true;
  read_now();
  home_->round().take_received();
  if (closed_ || lingering_ || !talk_.is_idle()) return;
  linger();
  read_on();
}

void http_session::linger() noexcept {
  if (!stream_.end_sending()) return close();
  end_wait_for_room();
  input_.clear();
  home_->starved().look_soon();
  lingering_ = true;
  active_at_ = on().now();
}

void http_session::drop_input() {
  const io_result r = stream_.drop(1 << 20);
  if (r.is == state::would_block) input_waits_ = false;
  if (r.is == state::ended || r.is == state::failed) return close();
  dropped_bytes_ += r.bytes;
  if (dropped_bytes_ > linger_bytes_max) return close();
  read_on();
}

void http_session::on_tick(batching::clock::time_point now) noexcept {
  const self_ptr self(this);
  const config::limits& limits = home_->routes().limits();
  const auto quiet = now - active_at_;
  if (lingering_) {
    if (quiet > linger_time_max) close();
    return;
  }
  const bool crowded = input_.is_in_the_way();
  if (unsent_) {
    const bool hurried = crowded || home_->room().is_nearly_full_of_answers() || on().budget().paused();
    if (quiet > limits.write_time_max || (hurried && quiet > batching::crowded_write_time)) close();
    return;
  }
  if (waits_for_room_) return wait_longer(now);
  if (talk_.is_idle()) {
    if (quiet > (on().draining() ? drain_quiet_time : limits.idle_time_max)) leave_if_silent();
    return;
  }
  talk_.check_time(now, crowded);
  go_on();
}

}  // namespace gateway::http1
