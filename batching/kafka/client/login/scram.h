// SASL SCRAM-SHA-256 and -512 (RFC 5802, 7677): proves the password without sending it, and that the broker knows it
// too. Sans-I/O. Used by login.h.
#pragma once

#include <cstdint>
#include <string>

#include "batching/kafka/client/login/mechanism.h"
#include "batching/kafka/client/login/salted_passwords.h"

namespace batching::kafka::client::login {

class scram final : public mechanism {
 public:
  /// `nonce`: printable, without a comma, new for each login.
  scram(hash with, const std::string& user, std::string password, std::string nonce, salted_passwords& salted);

  [[nodiscard]] std::string_view name() const noexcept override;
  [[nodiscard]] std::string first() override;
  [[nodiscard]] reply next(std::string_view message) override;
  [[nodiscard]] bool is_over() const noexcept override { return step_ == step::over; }

 private:
  enum class step : std::uint8_t { first, final, over };
  [[nodiscard]] reply prove(std::string_view server_first);
  [[nodiscard]] reply verify(std::string_view server_final);

  hash with_;
  std::string user_;  // with '=' and ',' as the RFC writes them
  std::string password_;
  std::string nonce_;
  salted_passwords* salted_;
  std::string server_signature_;  // that we expect
  step step_ = step::first;
};

/// 24 random bytes as printable text.
[[nodiscard]] std::string make_nonce();

}  // namespace batching::kafka::client::login
