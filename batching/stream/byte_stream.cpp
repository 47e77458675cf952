#include "batching/stream/byte_stream.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>

namespace batching::stream {

byte_stream::byte_stream(byte_stream&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      reader_waits_(std::exchange(other.reader_waits_, readiness::none)),
      writer_waits_(std::exchange(other.writer_waits_, readiness::none)),
      tls_(std::move(other.tls_)) {}

byte_stream& byte_stream::operator=(byte_stream&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  reader_waits_ = std::exchange(other.reader_waits_, readiness::none);
  writer_waits_ = std::exchange(other.writer_waits_, readiness::none);
  tls_ = std::move(other.tls_);
  return *this;
}

void byte_stream::secure(std::shared_ptr<tls_context> with, std::string peer) {
  tls_ = std::make_unique<tls_session>(std::move(with), descriptor_, std::move(peer));
}

io_result byte_stream::handshake() noexcept {
  if (!tls_) return {io_result::state::done, 0};
  return note_reading(tls_->handshake());
}

io_result byte_stream::drop(std::size_t bytes) noexcept {
  if (tls_) {
    std::array<char, 4096> unread;  // NOLINT(cppcoreguidelines-pro-type-member-init): only written to
    return read_some(unread.data(), std::min(bytes, unread.size()));
  }
  return drop_raw(bytes);
}

// MSG_TRUNC on TCP: the kernel does not copy what is thrown away.
io_result byte_stream::drop_raw(std::size_t bytes) noexcept {
  return reading(until_not_interrupted([&] { return ::recv(descriptor_, nullptr, bytes, MSG_TRUNC); }));
}

void byte_stream::keep_alive() noexcept {
  const int on = 1;
  ::setsockopt(descriptor_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

bool byte_stream::end_sending() noexcept {
  if (tls_) tls_->end_sending();
  return ::shutdown(descriptor_, SHUT_WR) == 0;
}

void byte_stream::close() noexcept {
  tls_.reset();  // says goodbye over the descriptor
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  reader_waits_ = writer_waits_ = readiness::none;
}

std::string byte_stream::address() const {
  boost::asio::ip::tcp::endpoint other;
  auto size = static_cast<socklen_t>(other.capacity());
  if (::getpeername(descriptor_, other.data(), &size) != 0) return {};
  other.resize(size);
  return other.address().to_string();
}

}  // namespace batching::stream
