// The encrypted state of one byte_stream: OpenSSL on the socket itself, without buffers of ours. Used by byte_stream
// only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "batching/stream/certificate_file.h"
#include "batching/stream/io_result.h"
#include "batching/stream/tls_context.h"
#include "batching/stream/tls_failure.h"

namespace batching::stream {

/// The event that a call waits for when it would block.
enum class readiness : std::uint8_t { none, input, room };

class tls_session {
 public:
  struct answer {
    io_result result;
    readiness waits = readiness::none;
  };

  tls_session(std::shared_ptr<tls_context> of, int descriptor, std::string peer);
  ~tls_session();
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  /// `done`: both sides have proved what they must. After `failed`, failure() is one sentence for people.
  [[nodiscard]] answer handshake() noexcept;
  [[nodiscard]] answer read_some(char* to, std::size_t room) noexcept;
  /// As many records as the socket takes.
  [[nodiscard]] answer write_some(std::string_view bytes) noexcept;
  /// Bytes are in here that the descriptor does not tell of.
  [[nodiscard]] bool has_pending() const noexcept;
  void end_sending() noexcept;
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  [[nodiscard]] tls_failure failed_by() const noexcept { return failed_by_; }
  [[nodiscard]] bool was_resumed() const noexcept;
  /// The names of the other side's certificate; nullopt: it has shown none, or none that was verified.
  [[nodiscard]] std::optional<certificate_names> peer() const;

 private:
  [[nodiscard]] answer answer_to(int returned, std::size_t bytes) noexcept;
  void explain();

  std::shared_ptr<tls_context> context_;  // co-owned by all connections of the configuration
  const std::string peer_;
  ssl_st* connection_;
  std::string failure_;
  tls_failure failed_by_ = tls_failure::none;
  bool is_broken_ = false;
};

}  // namespace batching::stream
