// Tokens for OAUTHBEARER from an OpenID Connect endpoint, by client credentials: a thread of its own asks for one,
// and for the next when 80 % of its life is over. token_file is the same for a token that somebody else renews.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "batching/kafka/client/login/token_source.h"
#include "batching/kafka/client/tls_files.h"

namespace batching::kafka::client {

struct token_endpoint_settings {
  std::string url;
  std::string client_id;
  std::string client_secret;
  std::string client_secret_file{};  // read for each token; empty: `client_secret` it is
  std::string scope{};
  std::string ca{};  // PEM file for https; empty: the system's
};

namespace login {
struct url;
}

class token_keeper final : public login::token_source {
 public:
  static constexpr std::chrono::seconds answer_time_max{10};
  static constexpr std::chrono::seconds pause_first{1};  // after a failure; doubled up to the longest
  static constexpr std::chrono::seconds pause_longest{30};
  static constexpr std::chrono::seconds first_patience{5};
  static constexpr int used_percent = 80;  // of a token's life: then the next one is asked for

  explicit token_keeper(token_endpoint_settings settings);
  ~token_keeper() override;
  token_keeper(const token_keeper&) = delete;
  token_keeper& operator=(const token_keeper&) = delete;

  [[nodiscard]] login::token_or_not current() override;
  /// Waits for the first answer of the endpoint, for first_patience at most. Not for lanes.
  [[nodiscard]] login::token_or_not await_first();
  /// Tokens that were given out.
  [[nodiscard]] std::uint64_t renewals() const;

 private:
  void keep(const std::stop_token& stop);
  [[nodiscard]] login::token_or_not ask();
  [[nodiscard]] login::token_or_not exchange(const login::url& at, const std::string& request);
  void take(login::token_or_not answer);

  token_endpoint_settings settings_;
  tls_files tls_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  login::token_or_not now_{{}, "no token was asked for yet"};
  bool was_asked_ = false;
  std::uint64_t renewals_ = 0;
  std::jthread thread_;  // last: ends before what it uses is gone
};

class token_file final : public login::token_source {
 public:
  explicit token_file(std::string path) : path_(std::move(path)) {}
  /// Read at each call: it is for a new connection.
  [[nodiscard]] login::token_or_not current() override;

 private:
  std::string path_;
};

}  // namespace batching::kafka::client
