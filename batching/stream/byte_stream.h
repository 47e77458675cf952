// One connected, non-blocking socket as a stream of bytes: what a session and a Kafka connection read from and write
// to. It waits for nothing: a poller or Asio says when its descriptor is ready. One thread at a time.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "batching/stream/io_result.h"

namespace batching::stream {

class byte_stream {
 public:
  byte_stream() noexcept = default;
  /// Takes the descriptor over. The socket is connected and non-blocking.
  explicit byte_stream(int descriptor) noexcept : descriptor_(descriptor) {}
  byte_stream(byte_stream&& other) noexcept;
  byte_stream& operator=(byte_stream&& other) noexcept;
  ~byte_stream() { close(); }

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  /// May give less than there is: only `would_block` says that there is no more now.
  [[nodiscard]] io_result read_some(char* to, std::size_t room) noexcept {
    return reading(until_not_interrupted([&] { return ::recv(descriptor_, to, room, 0); }));
  }
  /// What is written may be less than all of `bytes`. The caller offers the rest again, from the same address.
  [[nodiscard]] io_result write_some(std::string_view bytes) noexcept {
    return writing(
        until_not_interrupted([&] { return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }));
  }
  /// Throws away up to `bytes` that have come.
  [[nodiscard]] io_result drop(std::size_t bytes) noexcept;

  /// A call that would have blocked goes on once the descriptor is readable, or writable. Reading may have to wait for
  /// room to write, and writing for something to read.
  [[nodiscard]] bool want_read() const noexcept { return reader_waits_; }
  [[nodiscard]] bool want_write() const noexcept { return writer_waits_; }

  /// Our end of the stream. False: the connection is lost.
  [[nodiscard]] bool end_sending() noexcept;
  void close() noexcept;

  /// The other side's IP address; empty once the connection is lost.
  [[nodiscard]] std::string address() const;

 private:
  // A signal must not look like "nothing now": a poller may tell of each readiness only once.
  template <class Call>
  static io_result until_not_interrupted(Call call) noexcept {
    using state = io_result::state;
    for (;;) {
      const ssize_t n = call();
      if (n > 0) return {state::done, static_cast<std::size_t>(n)};
      if (n == 0) return {state::ended, 0};
      if (errno == EAGAIN || errno == EWOULDBLOCK) return {state::would_block, 0};
      if (errno != EINTR) return {state::failed, 0};
    }
  }
  io_result reading(io_result r) noexcept {
    reader_waits_ = r.is == io_result::state::would_block;
    return r;
  }
  io_result writing(io_result r) noexcept {
    writer_waits_ = r.is == io_result::state::would_block;
    return r;
  }

  int descriptor_ = -1;
  bool reader_waits_ = false;
  bool writer_waits_ = false;
};

}  // namespace batching::stream
