#include "batching/kafka/client/connection.h"

#include <algorithm>
#include <utility>

#include "batching/kafka/client/backoff.h"
#include "batching/kafka/wire/big_endian.h"
#include "batching/kafka/wire/protocol.h"
#include "metrics/events.h"

namespace batching::kafka::client {

namespace {

using stream::io_result;

constexpr std::size_t read_bytes = 16 * 1024;  // room for at least so much

std::int64_t wall_ms() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

connection::connection(boost::asio::io_context& io, requester& from, broker_address at,
                       const connection_settings& settings, connection_hooks hooks)
    : requester_(&from),
      address_(std::move(at)),
      settings_(&settings),
      hooks_(std::move(hooks)),
      connector_(io),
      watcher_(io.get_executor()) {}

connection::~connection() { close(); }

const char* connection::state_name() const noexcept {
  switch (state_) {
    case state::closed: return failures_ > 0 ? "DOWN" : "INIT";
    case state::connecting: return "CONNECT";
    case state::securing: return "SSL_HANDSHAKE";
    case state::opening: return "AUTH";
    case state::open: return "UP";
  }
  return "";
}

metrics::broker_row connection::seen() const {
  metrics::broker_row row = seen_;
  row.broker = address_.host + ":" + std::to_string(address_.port) + "/" + std::to_string(address_.id);
  row.id = address_.id;
  row.state = state_name();
  row.rtt_average_seconds = trips_.mean_seconds();
  row.rtt_p99_seconds = trips_.p99_seconds();
  return row;
}

void connection::set_address(broker_address at) {
  const bool is_elsewhere = at.host != address_.host || at.port != address_.port;
  address_ = std::move(at);
  if (!is_elsewhere) return;
  reconnect_at_ = {};
  if (state_ != state::open) close();
  if (state_ == state::open) is_replaced_soon_ = true;
}

void connection::pump(clock::time_point now) {
  if (state_ == state::open) is_replaced_soon_ |= is_worn_out(now);
  if (state_ == state::open) renews_login_ |= now >= login_ends_;
  if (state_ == state::open) send(now);
  if (state_ == state::closed && now >= reconnect_at_ && requester_->needs(address_.id)) connect(now);
}

void connection::touch(clock::time_point now) {
  check_times(now);
  if (state_ == state::closed && now >= reconnect_at_) connect(now);
}

// A firewall may have forgotten it, the login is about to end, or a certificate was renewed.
bool connection::is_worn_out(clock::time_point now) const {
  return now - used_at_ > settings_->idle_time_max || now >= login_ends_ ||
         (settings_->tls && settings_->tls->current() != context_);
}

void connection::check_times(clock::time_point now) {
  const bool is_beginning = state_ == state::securing || state_ == state::opening;
  if (is_beginning && now - began_ > settings_->opening_time_max)
    return lose("does not answer our greeting in time", "");
  if (state_ != state::open || !requester_->is_overdue(address_.id, now)) return;
  ++seen_.timeouts;
  lose("no answer", "");
}

void connection::connect(clock::time_point now) {
  state_ = state::connecting;
  used_at_ = now;
  if (unreached_since_ == clock::time_point{}) unreached_since_ = now;
  connector_.start(address_.host, address_.port, settings_->connect_time_max, [this](connector::result made) {
    if (!made) return lose("cannot connect", made.error());
    on_connected(std::move(*made));
  });
}

void connection::on_connected(stream::byte_stream made) {
  stream_ = std::move(made);
  error_code error;
  watcher_.assign(stream_.descriptor(), error);
  if (error) return lose("cannot be used", error.message());
  began_ = clock::now();
  ++seen_.connects;
  if (!settings_->tls) return begin_opening();
  if (secure()) shake_hands();
}

// False: it cannot be encrypted.
bool connection::secure() {
  context_ = settings_->tls->current();
  if (!context_) {
    refuse("the certificate files of kafka.properties (ssl.*) cannot be used");
    return false;
  }
  stream_.secure(context_, address_.host);
  state_ = state::securing;
  return true;
}

void connection::shake_hands() {
  const io_result r = stream_.handshake();
  if (r.is == io_result::state::done) return begin_opening();
  if (r.is != io_result::state::would_block) return refuse(stream_.failure());
  if (stream_.want_write())
    await_room();
  else
    await_input();
}

void connection::begin_opening() {
  state_ = state::opening;
  opening_.emplace(settings_->opening);
  await_input();
  send(clock::now());
}

void connection::on_opened() {
  const auto lifetime = opening_->lifetime();
  constexpr int used_percent = 80;  // of a login's lifetime: then it is renewed
  login_ends_ = lifetime.count() > 0 ? used_at_ + lifetime * used_percent / 100 : clock::time_point::max();
  if (settings_->opening.login) {
    ++seen_.logins;
    if (std::exchange(renews_login_, false)) ++seen_.login_renewals;
  }
  requester_->on_connected(address_.id, opening_->versions());
  opening_.reset();
  is_replaced_soon_ = false;
  failures_ = 0;
  unreached_since_ = {};
  state_ = state::open;
}

void connection::await_input() {
  if (std::exchange(waits_for_input_, true)) return;
  watcher_.async_wait(watcher::wait_read, [this, attempt = attempt_](error_code error) {
    if (!is_current(attempt)) return;
    waits_for_input_ = false;
    if (error) return lose("closed", error.message());
    on_input();
  });
}

void connection::on_input() {
  if (state_ == state::securing) return shake_hands();
  const bool was_open = state_ == state::open;
  do {
    if (!read_some()) return;
  } while (stream_.has_pending());
  send(clock::now());  // before the clients get their answers
  if (state_ != state::closed) await_input();
  if (was_open) hooks_.on_answers();
}

// False: the connection is lost.
bool connection::read_some() {
  if (in_.size() - received_ < read_bytes) in_.extend(read_bytes);
  const io_result r = stream_.read_some(in_.data() + received_, in_.size() - received_);
  if (r.is == io_result::state::would_block) return true;
  if (r.is != io_result::state::done) {
    lose("closed", r.is == io_result::state::ended ? "End of file"
                   : stream_.is_secure()           ? stream_.failure()
                                                   : "the connection was reset");
    return false;
  }
  received_ += r.bytes;
  seen_.received_bytes += r.bytes;
  used_at_ = clock::now();
  if (take_responses()) return true;
  ++seen_.response_errors;
  if (opening_ && !opening_->failure().empty()) {
    refuse(opening_->failure());
    return false;
  }
  lose("its answer makes no sense", "");
  return false;
}

// False: these are not the answers to our requests.
bool connection::take_responses() {
  std::string_view rest = in_.view().substr(0, received_);
  std::int32_t length = 0;
  for (std::string_view after = rest; wire::take(after, length); after = rest) {
    if (length < 0 || static_cast<std::size_t>(length) > wire::response_bytes_max) return false;
    const auto bytes = static_cast<std::size_t>(length);
    if (after.size() < bytes) return make_room(rest, wire::length_bytes + bytes);
    if (!take_response(after.substr(0, bytes))) return false;
    rest = after.substr(bytes);
  }
  return make_room(rest, rest.size());
}

bool connection::take_response(std::string_view response) {
  if (opening_) {
    if (!opening_->on_response(response)) return false;
    if (opening_->is_done()) on_opened();
    return true;
  }
  if (!requester_->on_response(address_.id, response, used_at_)) return false;
  trips_.add(used_at_ - requester_->answered_was_sent_at());
  failures_ = 0;
  return true;
}

// Of a response that is not whole yet, `rest` is there; all of it has `bytes`.
bool connection::make_room(std::string_view rest, std::size_t bytes) {
  received_ = rest.size();
  if (received_ > 0) std::memmove(in_.data(), rest.data(), received_);
  if (in_.size() < bytes) in_.extend(bytes - in_.size());
  return true;
}

void connection::send(clock::time_point now) {
  while (!waits_for_room_) {
    if (written_ == out_.size()) {
      out_.reset(buffer_bytes_kept);
      written_ = 0;
      is_offered_ = false;
      if (state_ == state::open && is_replaced_soon_) return replace_once_idle();
      if (!next_request(now)) return;
      used_at_ = now;
    }
    if (!write_rest()) return;
  }
}

bool connection::next_request(clock::time_point now) {
  if (opening_) return opening_->next_request(out_);
  if (!requester_->next_request(address_.id, now, wall_ms(), out_)) return false;
  ++seen_.requests;
  return true;
}

// False: the connection is lost, or there is no room.
bool connection::write_rest() {
  is_offered_ = stream_.is_secure();
  const io_result r = stream_.write_some(out_.view().substr(written_));
  if (r.is == io_result::state::done) {
    written_ += r.bytes;
    seen_.sent_bytes += r.bytes;
    return true;
  }
  if (r.is == io_result::state::would_block)
    await_room();
  else
    lose("cannot be written to", stream_.is_secure() ? stream_.failure() : "the connection was reset");
  return false;
}

// An encrypted stream may have to read before it can write; input is always waited for, and sends what is left then.
void connection::await_room() {
  if (stream_.want_read() && !stream_.want_write()) return await_input();
  waits_for_room_ = true;
  watcher_.async_wait(watcher::wait_write, [this, attempt = attempt_](error_code error) {
    if (!is_current(attempt)) return;
    waits_for_room_ = false;
    if (error) return lose("cannot be written to", error.message());
    if (state_ == state::securing) return shake_hands();
    send(clock::now());
  });
}

void connection::replace_once_idle() {
  if (requester_->requests_in_flight(address_.id) > 0) return;
  ++seen_.disconnects;
  close();
  hooks_.on_lost();  // it is pumped again, and connects
}

void connection::close() noexcept {
  ++attempt_;
  connector_.cancel();
  if (watcher_.is_open()) watcher_.release();
  stream_.close();
  state_ = state::closed;
  waits_for_room_ = waits_for_input_ = false;
  is_replaced_soon_ = is_offered_ = false;
  opening_.reset();
  context_.reset();
  written_ = received_ = 0;
  out_.reset(0);
  in_.reset(0);
}

// It will not be different in a moment: a login that is wrong, tried again and again, can lock the user out.
void connection::refuse(const std::string& why) {
  metrics::happened(metrics::happening::kafka_refused, "cannot talk to a broker: " + why,
                    {{"broker", address_.host + ":" + std::to_string(address_.port)}});
  const std::uint32_t failures = failures_;
  lose("cannot be used", why);
  reconnect_at_ = std::max(
      reconnect_at_, clock::now() + backoff(settings_->refused_pause, settings_->refused_pause * 6, failures, random_));
}

void connection::lose(const char* what, const std::string& why) {
  const bool was_open = state_ == state::open;
  const bool newest_unsent = !was_open || (written_ == 0 && !is_offered_ && out_.size() > 0);
  close();
  if (was_open) ++seen_.disconnects;
  // A broker closes connections that are idle; that is no failure.
  if (was_open && !requester_->needs(address_.id)) return hooks_.on_lost();
  reconnect_at_ = clock::now() +
                  backoff(settings_->reconnect_pause_first, settings_->reconnect_pause_longest, failures_++, random_);
  metrics::happened(metrics::happening::kafka_log, what,
                    {{"broker", address_.host + ":" + std::to_string(address_.port)}, {"why", why}});
  requester_->on_lost(address_.id, newest_unsent);
  hooks_.on_lost();
}

}  // namespace batching::kafka::client
