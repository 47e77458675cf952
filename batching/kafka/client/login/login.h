// The login of this process to Kafka, from the configuration; makes the mechanism of each connection. Shared by all
// lanes, any thread.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "batching/kafka/client/login/mechanism.h"
#include "batching/kafka/client/login/salted_passwords.h"
#include "batching/kafka/client/login/token_source.h"

namespace batching::kafka::client::login {

enum class kind : std::uint8_t { plain, scram_sha_256, scram_sha_512, oauthbearer };

struct login_settings {
  kind by = kind::plain;
  std::string user;
  std::string password;
  std::string password_file{};             // read at each login; empty: `password` it is
  std::shared_ptr<token_source> tokens{};  // of OAUTHBEARER; co-owned by librdkafka's clients
};

class credentials {
 public:
  explicit credentials(login_settings settings);

  /// The error is one sentence for people, without a secret.
  [[nodiscard]] boost::system::result<std::unique_ptr<mechanism>, std::string> begin();

 private:
  login_settings settings_;
  salted_passwords salted_;
};

}  // namespace batching::kafka::client::login
