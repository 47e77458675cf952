// One connected, non-blocking socket as a stream of bytes, plain or encrypted: what a session and a Kafka connection
// read from and write to. It waits for nothing: a poller or Asio says when its descriptor is ready. One thread at a
// time.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "batching/stream/io_result.h"
#include "batching/stream/tls_session.h"

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

  /// From here on everything is encrypted; handshake() comes first. `peer`: the name or address the other side proves.
  void secure(std::shared_ptr<tls_context> with, std::string peer);
  /// Until `done`. A plain stream is done at once.
  [[nodiscard]] io_result handshake() noexcept;
  [[nodiscard]] bool is_secure() const noexcept { return tls_ != nullptr; }
  /// Why the encrypted stream failed: one sentence for people; empty: nothing is known.
  [[nodiscard]] std::string failure() const { return tls_ ? tls_->failure() : std::string(); }
  /// The TLS session of the connection; nullptr: it is plain.
  [[nodiscard]] const tls_session* tls() const noexcept { return tls_.get(); }

  /// May give less than there is: only `would_block` says that there is no more now.
  [[nodiscard]] io_result read_some(char* to, std::size_t room) noexcept {
    if (tls_) [[unlikely]]
      return note_reading(tls_->read_some(to, room));
    return reading(until_not_interrupted([&] { return ::recv(descriptor_, to, room, 0); }));
  }
  /// May write less than all of `bytes`: then the caller offers the rest again, in the same order, once
  /// there is room. Bytes that were once offered may have left, whatever it answered.
  [[nodiscard]] io_result write_some(std::string_view bytes) noexcept {
    if (tls_) [[unlikely]]
      return note_writing(tls_->write_some(bytes));
    return writing(
        until_not_interrupted([&] { return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }));
  }
  /// After `done` of read_some() into `room` bytes: whether the kernel or the stream may hold more.
  [[nodiscard]] bool may_have_more(std::size_t read, std::size_t room) const noexcept { return read == room || tls_; }
  /// Throws away up to `bytes` that have come.
  [[nodiscard]] io_result drop(std::size_t bytes) noexcept;
  /// The same, below TLS: what comes on a connection that has failed.
  [[nodiscard]] io_result drop_raw(std::size_t bytes) noexcept;
  /// Looks at what has come without taking it, below TLS.
  [[nodiscard]] io_result peek(char* to, std::size_t room) noexcept {
    return reading(until_not_interrupted([&] { return ::recv(descriptor_, to, room, MSG_PEEK); }));
  }
  /// Bytes are inside the stream: read on without waiting for the descriptor.
  [[nodiscard]] bool has_pending() const noexcept { return tls_ && tls_->has_pending(); }

  /// A call that would have blocked goes on once the descriptor is readable, or writable. Reading may have to wait for
  /// room to write, and writing for something to read.
  [[nodiscard]] bool want_read() const noexcept {
    return reader_waits_ == readiness::input || writer_waits_ == readiness::input;
  }
  [[nodiscard]] bool want_write() const noexcept {
    return reader_waits_ == readiness::room || writer_waits_ == readiness::room;
  }

  /// The system finds out in time (hours, by default) that the other side is gone without a word.
  void keep_alive() noexcept;
  /// Our end of the stream. False: the connection is lost.
  [[nodiscard]] bool end_sending() noexcept;
  void close() noexcept;
  /// The descriptor of a plain stream, which the caller owns from here on.
  [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

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
    reader_waits_ = r.is == io_result::state::would_block ? readiness::input : readiness::none;
    return r;
  }
  io_result writing(io_result r) noexcept {
    writer_waits_ = r.is == io_result::state::would_block ? readiness::room : readiness::none;
    return r;
  }
  io_result note_reading(const tls_session::answer& a) noexcept {
    reader_waits_ = a.waits;
    return a.result;
  }
  io_result note_writing(const tls_session::answer& a) noexcept {
    writer_waits_ = a.waits;
    return a.result;
  }

  int descriptor_ = -1;
  readiness reader_waits_ = readiness::none;
  readiness writer_waits_ = readiness::none;
  std::unique_ptr<tls_session> tls_;  // nullptr: plain
};

}  // namespace batching::stream
