// The source of the token for a login by OAUTHBEARER: one in the process, shared by all lanes and by librdkafka. Any
// thread; never blocks.
#pragma once

#include <chrono>
#include <string>

namespace batching::kafka::client::login {

struct token {
  std::string value;
  std::string principal;  // whom it speaks for, as it says itself
  std::chrono::system_clock::time_point expires_at{};
};

struct token_or_not {
  token found;
  std::string failure;  // one sentence for people, without a secret; empty: there is one
};

class token_source {
 public:
  virtual ~token_source() = default;
  /// The token in force.
  [[nodiscard]] virtual token_or_not current() = 0;
};

}  // namespace batching::kafka::client::login
