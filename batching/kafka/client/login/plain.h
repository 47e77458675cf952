// SASL PLAIN (RFC 4616): user and password in one message. Used by login.h.
#pragma once

#include <utility>

#include "batching/kafka/client/login/mechanism.h"

namespace batching::kafka::client::login {

class plain final : public mechanism {
 public:
  plain(std::string user, std::string password) : user_(std::move(user)), password_(std::move(password)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "PLAIN"; }
  [[nodiscard]] std::string first() override { return std::string(1, '\0') + user_ + '\0' + password_; }
  [[nodiscard]] reply next(std::string_view) override {
    is_over_ = true;  // whether it was right is said by the broker's error code
    return {};
  }
  [[nodiscard]] bool is_over() const noexcept override { return is_over_; }

 private:
  std::string user_;
  std::string password_;
  bool is_over_ = false;
};

}  // namespace batching::kafka::client::login
