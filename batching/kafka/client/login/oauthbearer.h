// SASL OAUTHBEARER (RFC 7628): a token in one message. Sans-I/O. Used by login.h.
#pragma once

#include <string>
#include <utility>

#include "batching/kafka/client/login/mechanism.h"

namespace batching::kafka::client::login {

class oauthbearer final : public mechanism {
 public:
  explicit oauthbearer(std::string token) : token_(std::move(token)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "OAUTHBEARER"; }
  [[nodiscard]] std::string_view to_check() const noexcept override {
    return "the token's issuer, audience and lifetime";
  }
  [[nodiscard]] std::string first() override {
    return "n,,\x01"
           "auth=Bearer " +
           token_ + "\x01\x01";
  }
  /// A broker that does not like the token says why, and refuses once that was acknowledged.
  [[nodiscard]] reply next(std::string_view message) override {
    is_over_ = message.empty();
    return {is_over_ ? "" : "\x01", {}};
  }
  [[nodiscard]] bool is_over() const noexcept override { return is_over_; }

 private:
  std::string token_;
  bool is_over_ = false;
};

}  // namespace batching::kafka::client::login
