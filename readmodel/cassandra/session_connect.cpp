// The session's way to a connection that is open, encrypted where it must be, and logged in.
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "readmodel/cassandra/session.h"

namespace readmodel::cassandra {

using batching::stream::io_result;
using batching::stream::tls_failure;
using cql::clock;

namespace {

using addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

addresses resolve(const contact_point& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found) != 0) found = nullptr;
  return {found, &::freeaddrinfo};
}

std::string name_of(const contact_point& where) { return where.host + ":" + std::to_string(where.port); }

bool is_for_an_operator(tls_failure why) {
  return why == tls_failure::bad_certificate || why == tls_failure::not_tls || why == tls_failure::refused ||
         why == tls_failure::no_agreement;
}

}  // namespace

void session::disconnect(const std::string& why) {
  last_trouble_ = why;
  if (talk_ && talk_->login_failed()) refusal_ = why + ": check --user and --password-file";
  if (stream_.tls() != nullptr && is_for_an_operator(stream_.tls()->failed_by())) refusal_ = why;
  talk_.reset();
  stream_.close();
  count_->is_connected = false;
}

bool session::connect() {
  std::string refusal;
  for (std::size_t tried = 0; tried < settings_.contact_points.size() && !stop_.stop_requested(); ++tried) {
    const contact_point& where = settings_.contact_points[next_contact_ % settings_.contact_points.size()];
    if (connect_to(where)) {
      count_->connections.fetch_add(1, std::memory_order_relaxed);
      count_->is_connected = was_ready_ = true;
      return true;
    }
    if (!refusal_.empty()) refusal = name_of(where) + ": " + refusal_;
    ++next_contact_;
  }
  refusal_ = std::move(refusal);
  return false;
}

bool session::connect_to(const contact_point& where) {
  refusal_.clear();
  if (!open_stream(where)) {
    disconnect(name_of(where) + " cannot be reached" +
               (stream_.failure().empty() ? std::string() : ": " + stream_.failure()));
    return false;
  }
  talk_.emplace(settings_.conversation, clock::now());
  if (await_ready()) return true;
  last_trouble_ = name_of(where) + ": " + last_trouble_;
  return false;
}

bool session::open_stream(const contact_point& where) {
  const addresses all = resolve(where);
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
    const int descriptor = ::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) continue;
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const bool is_open =
        ::connect(descriptor, one->ai_addr, one->ai_addrlen) == 0 || (errno == EINPROGRESS && await_open(descriptor));
    if (!is_open) {
      ::close(descriptor);
      continue;
    }
    stream_ = batching::stream::byte_stream(descriptor);
    if (settings_.tls) stream_.secure(settings_.tls, where.host);
    return true;
  }
  return false;
}

bool session::await_open(int descriptor) const {
  pollfd one{descriptor, POLLOUT, 0};
  if (::poll(&one, 1, static_cast<int>(settings_.connect_time_max.count())) != 1) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

bool session::await_handshake(clock::time_point deadline) {
  while (clock::now() < deadline && !stop_.stop_requested()) {
    const io_result r = stream_.handshake();
    if (r.is == io_result::state::done) return true;
    if (r.is != io_result::state::would_block) {
      disconnect("the encrypted connection could not be opened: " + stream_.failure());
      return false;
    }
    pollfd one{stream_.descriptor(), static_cast<short>(stream_.want_write() ? POLLOUT : POLLIN), 0};
    ::poll(&one, 1, 100);
  }
  disconnect("the encrypted connection was not opened in time");
  return false;
}

bool session::await_ready() {
  const auto deadline = clock::now() + settings_.connect_time_max;
  if (!await_handshake(deadline)) return false;
  while (clock::now() < deadline && !stop_.stop_requested()) {
    if (exchange(std::chrono::milliseconds(100)) == turn::lost) {
      if (!settings_.tls && refusal_.empty()) last_trouble_ += ": if this port wants TLS, add --tls";
      return false;
    }
    if (talk_->is_ready()) return true;
  }
  disconnect("the node did not get ready in time");
  return false;
}

}  // namespace readmodel::cassandra
