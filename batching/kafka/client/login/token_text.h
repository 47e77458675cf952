// Reads the texts of token endpoints and token files: an HTTP response, its JSON, a JWT's claims. Sans-I/O; outside
// bytes. Used by token_keeper.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "batching/kafka/client/login/token_source.h"

namespace batching::kafka::client::login {

struct http_answer {
  int status = 0;
  std::string body;
};

/// nullopt: it is not whole yet, or, with `is_ended` (nothing more comes), no answer.
[[nodiscard]] std::optional<http_answer> read_http_answer(std::string_view bytes, bool is_ended);

/// The body of a token endpoint's answer. `now`: for `expires_in`.
[[nodiscard]] token_or_not read_token_answer(std::string_view json, std::chrono::system_clock::time_point now);

/// A token as it is: who and how long stands in its claims, if it is a JWT. Nothing is verified: brokers do.
[[nodiscard]] token_or_not read_token(std::string value);

struct url {
  bool is_https = false;
  std::string host;
  std::uint16_t port = 0;
  std::string target;  // path and query
};
[[nodiscard]] std::optional<url> read_url(std::string_view text);

/// As a form's value.
[[nodiscard]] std::string form_encoded(std::string_view text);

}  // namespace batching::kafka::client::login
