#include "batching/kafka/client/login/login.h"

#include <utility>

#include "batching/kafka/client/login/plain.h"
#include "batching/kafka/client/login/scram.h"

namespace batching::kafka::client::login {

credentials::credentials(login_settings settings) : settings_(std::move(settings)) {}

std::unique_ptr<mechanism> credentials::begin() {
  if (settings_.by == kind::plain) return std::make_unique<plain>(settings_.user, settings_.password);
  const hash with = settings_.by == kind::scram_sha_512 ? hash::sha512 : hash::sha256;
  return std::make_unique<scram>(with, settings_.user, settings_.password, make_nonce(), salted_);
}

}  // namespace batching::kafka::client::login
