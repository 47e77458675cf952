// One login by SASL as a conversation of messages: what to send first, and what to answer. Sans-I/O. A new one for each
// connection, made by login.h; used by opening.h.
#pragma once

#include <string>
#include <string_view>

namespace batching::kafka::client::login {

struct reply {
  std::string message;  // to the broker
  std::string failure;  // one sentence for people, without a secret; empty: all is well
};

class mechanism {
 public:
  virtual ~mechanism() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// The settings that a person should look at when the broker refuses.
  [[nodiscard]] virtual std::string_view to_check() const noexcept { return "user and password"; }
  [[nodiscard]] virtual std::string first() = 0;
  /// The answer to the message of the broker.
  [[nodiscard]] virtual reply next(std::string_view message) = 0;
  /// Nothing more is to be sent: both sides have proved what they must.
  [[nodiscard]] virtual bool is_over() const noexcept = 0;
};

}  // namespace batching::kafka::client::login
