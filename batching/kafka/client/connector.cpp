#include "batching/kafka/client/connector.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "batching/kafka/client/address_order.h"

namespace batching::kafka::client {
namespace {

using boost::system::error_code;

void set(int socket, int level, int name, int value) noexcept {
  ::setsockopt(socket, level, name, &value, sizeof value);  // each is a matter of speed: no reason to give up
}

void tune(int socket) noexcept {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(connector::keepalive_after.count()));
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(connector::keepalive_every.count()));
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(connector::unacknowledged_max.count()));
}

}  // namespace

connector::connector(boost::asio::io_context& io)
    : resolver_(io.get_executor()), socket_(io.get_executor()), timer_(io.get_executor()) {}

void connector::start(const std::string& host, std::uint16_t port, std::chrono::milliseconds time_max, handler done) {
  cancel();
  done_ = std::move(done);
  until_ = std::chrono::steady_clock::now() + time_max;
  error_code not_numeric;
  if (const auto numeric = boost::asio::ip::make_address(host, not_numeric); !not_numeric) {
    left_ = {tcp::endpoint(numeric, port)};
    return try_next({});
  }
  resolver_.async_resolve(host, std::to_string(port),
                          [this, attempt = attempt_](error_code error, const tcp::resolver::results_type& found) {
                            if (!is_current(attempt)) return;
                            if (error) return finish("its name cannot be resolved: " + error.message());
                            std::vector<tcp::endpoint> all;
                            for (const auto& entry : found) all.push_back(entry.endpoint());
                            if (!all.empty()) left_ = by_turns(all);
                            std::ranges::reverse(left_);
                            try_next("its name has no address");
                          });
  timer_.expires_at(until_);
  timer_.async_wait([this, attempt = attempt_](error_code error) {
    if (!error && is_current(attempt)) finish(std::string("its name cannot be resolved in time"));
  });
}

void connector::cancel() noexcept {
  ++attempt_;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  timer_.cancel();
  left_.clear();
}

void connector::try_next(const std::string& why) {
  ++attempt_;
  error_code ignored;
  socket_.close(ignored);
  const auto now = std::chrono::steady_clock::now();
  if (left_.empty() || now >= until_) return finish(why);
  const tcp::endpoint at = left_.back();
  left_.pop_back();
  socket_.async_connect(at, [this, attempt = attempt_](error_code error) {
    if (!is_current(attempt)) return;
    if (error) return try_next("cannot connect: " + error.message());
    on_connected();
  });
  timer_.expires_at(left_.empty() ? until_ : std::min(until_, now + address_time_max));
  timer_.async_wait([this, attempt = attempt_](error_code error) {
    if (!error && is_current(attempt)) try_next("connecting takes too long");
  });
}

void connector::on_connected() {
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return try_next("cannot be used: " + error.message());
  tune(socket_.native_handle());
  const int descriptor = socket_.release(error);
  if (error) return try_next("cannot be used: " + error.message());
  finish(stream::byte_stream(descriptor));
}

void connector::finish(result outcome) {
  cancel();
  std::exchange(done_, nullptr)(std::move(outcome));
}

}  // namespace batching::kafka::client
