// A blocking TLS client on OpenSSL, apart from the code under test: what it offers is chosen by the test.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_session_st;
struct ssl_st;

namespace tests {

struct tls_offer {
  std::string trusts{};       // PEM file of an authority
  std::string server_name{};  // SNI, and what the certificate must be for; empty: neither
  std::string certificate{};
  std::string key{};
  std::string suites{};  // of TLS 1.2; empty: OpenSSL's
  int version_max = 0;
  int version_min = 0;
  std::vector<std::string> protocols{};       // ALPN
  std::shared_ptr<ssl_session_st> session{};  // to be resumed
};

class tls_client {
 public:
  tls_client(std::uint16_t port, tls_offer offer);
  ~tls_client();
  tls_client(tls_client&& other) noexcept;
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;

  /// Empty: the handshake is done. Else OpenSSL's word.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] bool send(std::string_view bytes);
  /// Until `text` stands in what has come, or the other side ends, or five seconds are over; all of it.
  [[nodiscard]] std::string read_until(std::string_view text);
  /// Returns the bytes that come next.
  [[nodiscard]] std::string read_some();
  [[nodiscard]] std::string everything() { return read_until({}); }
  /// The connection has ended, with or without goodbye.
  [[nodiscard]] bool is_over() const noexcept { return over_; }

  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] std::string server_common_name() const;
  [[nodiscard]] bool was_resumed() const;
  /// After something was read: TLS 1.3 gives it behind the handshake.
  [[nodiscard]] std::shared_ptr<ssl_session_st> session() const;

 private:
  void configure(const tls_offer& offer);
  int fd_ = -1;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* ssl_ = nullptr;
  std::string error_;
  bool over_ = false;
};

}  // namespace tests
