// How this process logs in to Kafka, from the configuration; makes the mechanism of each connection. Shared by all
// lanes, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "batching/kafka/client/login/mechanism.h"
#include "batching/kafka/client/login/salted_passwords.h"

namespace batching::kafka::client::login {

enum class kind : std::uint8_t { plain, scram_sha_256, scram_sha_512 };

struct login_settings {
  kind by = kind::plain;
  std::string user;
  std::string password;
};

class credentials {
 public:
  explicit credentials(login_settings settings);

  [[nodiscard]] std::unique_ptr<mechanism> begin();

 private:
  login_settings settings_;
  salted_passwords salted_;
};

}  // namespace batching::kafka::client::login
