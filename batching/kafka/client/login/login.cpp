#include "batching/kafka/client/login/login.h"

#include <utility>

#include "batching/files/secret_file.h"
#include "batching/kafka/client/login/oauthbearer.h"
#include "batching/kafka/client/login/plain.h"
#include "batching/kafka/client/login/scram.h"

namespace batching::kafka::client::login {

credentials::credentials(login_settings settings) : settings_(std::move(settings)) {}

boost::system::result<std::unique_ptr<mechanism>, std::string> credentials::begin() {
  if (settings_.by == kind::oauthbearer) {
    token_or_not token = settings_.tokens->current();
    if (!token.failure.empty()) return token.failure;
    return std::make_unique<oauthbearer>(std::move(token.found.value));
  }
  std::string password = settings_.password;
  if (!settings_.password_file.empty()) {
    auto read = files::read_secret(settings_.password_file);
    if (!read.failure.empty()) return "the password cannot be had: " + read.failure;
    password = std::move(read.value);
  }
  if (settings_.by == kind::plain) return std::make_unique<plain>(settings_.user, std::move(password));
  const hash with = settings_.by == kind::scram_sha_512 ? hash::sha512 : hash::sha256;
  return std::make_unique<scram>(with, settings_.user, std::move(password), make_nonce(), salted_);
}

}  // namespace batching::kafka::client::login
