#include "batching/kafka/producer/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "batching/kafka/producer/backoff.h"
#include "batching/kafka/wire/big_endian.h"
#include "metrics/events.h"

namespace batching::kafka::producer {
namespace asio = boost::asio;

namespace {

constexpr std::size_t read_bytes = 16 * 1024;  // room for at least so much

std::int64_t wall_ms() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

connection::connection(asio::io_context& io, sender& from, broker_address at, const connection_settings& settings,
                       connection_hooks hooks)
    : sender_(&from),
      address_(std::move(at)),
      settings_(&settings),
      hooks_(std::move(hooks)),
      socket_(io.get_executor()),
      resolver_(io.get_executor()) {}

const char* connection::state_name() const noexcept {
  switch (state_) {
    case state::closed: return failures_ > 0 ? "DOWN" : "INIT";
    case state::resolving:
    case state::connecting: return "CONNECT";
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
  row.retries = sender_->retries(address_.id);
  row.waiting_requests = static_cast<std::int64_t>(sender_->requests_in_flight(address_.id));
  return row;
}

void connection::pump(clock::time_point now) {
  if (state_ == state::open) return send(now);
  if (state_ == state::closed && now >= reconnect_at_ && sender_->needs(address_.id)) connect(now);
}

void connection::check_times(clock::time_point now) {
  const bool is_connecting = state_ == state::resolving || state_ == state::connecting;
  if (is_connecting && now - began_ > settings_->connect_time_max) return lose("connecting takes too long", "");
  if (state_ != state::open || !sender_->is_overdue(address_.id, now)) return;
  ++seen_.timeouts;
  lose("no answer", "");
}

void connection::connect(clock::time_point now) {
  const std::uint64_t attempt = ++attempt_;
  began_ = now;
  const std::string port = std::to_string(address_.port);
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(address_.host, not_numeric);
  if (!not_numeric) return connect_to(endpoints::create(tcp::endpoint(numeric, address_.port), address_.host, port));
  state_ = state::resolving;
  resolver_.async_resolve(address_.host, port, [this, attempt](error_code error, const endpoints& found) {
    if (!is_current(attempt)) return;
    if (error) return lose("its name cannot be resolved", error.message());
    connect_to(found);
  });
}

void connection::connect_to(const endpoints& found) {
  state_ = state::connecting;
  asio::async_connect(socket_, found, [this, attempt = attempt_](error_code error, const tcp::endpoint&) {
    if (!is_current(attempt)) return;
    if (error) return lose("cannot connect", error.message());
    on_connected();
  });
}

void connection::on_connected() {
  error_code ignored;  // each is a matter of speed
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return lose("cannot be used", error.message());
  state_ = state::open;
  ++seen_.connects;
  read();
  send(clock::now());
}

void connection::read() {
  if (in_.size() - received_ < read_bytes) in_.extend(read_bytes);
  socket_.async_read_some(asio::buffer(in_.data() + received_, in_.size() - received_),
                          [this, attempt = attempt_](error_code error, std::size_t bytes) {
                            if (!is_current(attempt)) return;
                            if (error) return lose("closed", error.message());
                            received_ += bytes;
                            seen_.received_bytes += bytes;
                            if (!take_responses()) return lose("its answer makes no sense", "");
                            failures_ = 0;
                            send(clock::now());  // before the clients get their answers
                            if (state_ == state::open) read();
                            hooks_.on_answers();
                          });
}

// False: these are not the answers to our requests.
bool connection::take_responses() {
  const clock::time_point now = clock::now();
  std::string_view rest = in_.view().substr(0, received_);
  std::int32_t length = 0;
  while (true) {
    std::string_view after = rest;
    if (!wire::take(after, length)) break;
    if (length < 0 || static_cast<std::size_t>(length) > wire::response_bytes_max) {
      ++seen_.response_errors;
      return false;
    }
    const auto bytes = static_cast<std::size_t>(length);
    if (after.size() < bytes) {
      if (in_.size() < wire::length_bytes + bytes) {
        const std::size_t used = rest.size();
        std::memmove(in_.data(), rest.data(), used);
        received_ = used;
        in_.extend(wire::length_bytes + bytes - in_.size());
        return true;
      }
      break;
    }
    if (!sender_->on_response(address_.id, after.substr(0, bytes), now)) {
      ++seen_.response_errors;
      return false;
    }
    trips_.add(now - sender_->answered_was_sent_at());
    rest = after.substr(bytes);
  }
  received_ = rest.size();
  if (received_ > 0) std::memmove(in_.data(), rest.data(), received_);
  return true;
}

void connection::send(clock::time_point now) {
  while (!waits_for_room_) {
    if (written_ == out_.size()) {
      out_.reset(buffer_bytes_kept);
      written_ = 0;
      if (!sender_->next_request(address_.id, now, wall_ms(), out_)) return;
      ++seen_.requests;
    }
    error_code error;
    const std::size_t sent = socket_.send(asio::buffer(out_.data() + written_, out_.size() - written_), 0, error);
    written_ += sent;
    seen_.sent_bytes += sent;
    if (error == asio::error::would_block || error == asio::error::try_again) return wait_for_room();
    if (error) return lose("cannot be written to", error.message());
  }
}

void connection::wait_for_room() {
  waits_for_room_ = true;
  socket_.async_wait(asio::socket_base::wait_write, [this, attempt = attempt_](error_code error) {
    if (!is_current(attempt)) return;
    waits_for_room_ = false;
    if (error) return lose("cannot be written to", error.message());
    send(clock::now());
  });
}

void connection::lose(const char* what, const std::string& why) {
  const bool was_open = state_ == state::open;
  const bool newest_unsent = !was_open || (written_ == 0 && out_.size() > 0);
  ++attempt_;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  state_ = state::closed;
  waits_for_room_ = false;
  written_ = received_ = 0;
  out_.reset(0);
  in_.reset(0);
  if (was_open) ++seen_.disconnects;
  // A broker closes connections that are idle; that is no failure.
  if (was_open && !sender_->needs(address_.id)) return hooks_.on_lost();
  reconnect_at_ = clock::now() +
                  backoff(settings_->reconnect_pause_first, settings_->reconnect_pause_longest, failures_++, random_);
  metrics::happened(metrics::happening::kafka_log, what,
                    {{"broker", address_.host + ":" + std::to_string(address_.port)}, {"why", why}});
  sender_->on_lost(address_.id, newest_unsent);
  hooks_.on_lost();
}

}  // namespace batching::kafka::producer
