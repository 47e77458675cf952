#include "batching/stream/byte_stream.h"

#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>

namespace batching::stream {

byte_stream::byte_stream(byte_stream&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      reader_waits_(std::exchange(other.reader_waits_, false)),
      writer_waits_(std::exchange(other.writer_waits_, false)) {}

byte_stream& byte_stream::operator=(byte_stream&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  reader_waits_ = std::exchange(other.reader_waits_, false);
  writer_waits_ = std::exchange(other.writer_waits_, false);
  return *this;
}

// MSG_TRUNC on TCP: the kernel does not copy what is thrown away.
io_result byte_stream::drop(std::size_t bytes) noexcept {
  return reading(until_not_interrupted([&] { return ::recv(descriptor_, nullptr, bytes, MSG_TRUNC); }));
}

bool byte_stream::end_sending() noexcept { return ::shutdown(descriptor_, SHUT_WR) == 0; }

void byte_stream::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  reader_waits_ = writer_waits_ = false;
}

std::string byte_stream::address() const {
  boost::asio::ip::tcp::endpoint other;
  auto size = static_cast<socklen_t>(other.capacity());
  if (::getpeername(descriptor_, other.data(), &size) != 0) return {};
  other.resize(size);
  return other.address().to_string();
}

}  // namespace batching::stream
