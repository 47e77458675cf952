#include "batching/librdkafka/client_credentials.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "batching/files/secret_file.h"

namespace batching::librdkafka {

using kafka::client::login::token_or_not;
using kafka::client::login::token_source;

namespace {

constexpr std::chrono::seconds token_patience{5};  // the first one may be on its way
constexpr std::chrono::milliseconds token_look_every{50};

token_or_not await_token(token_source& from) {
  const auto until = std::chrono::steady_clock::now() + token_patience;
  token_or_not token = from.current();
  while (!token.failure.empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(token_look_every);
    token = from.current();
  }
  return token;
}

// librdkafka's background thread: before a token is needed, and after 80 % of its life.
void give_token(rd_kafka_t* client, const char*, void* opaque) {
  using namespace std::chrono;
  const token_or_not token = await_token(**static_cast<std::shared_ptr<token_source>*>(opaque));
  if (!token.failure.empty()) {
    rd_kafka_oauthbearer_set_token_failure(client, token.failure.c_str());
    return;
  }
  const auto latest = std::min(token.found.expires_at, system_clock::now() + hours(1));  // it is asked for again
  const std::int64_t expires_ms = duration_cast<milliseconds>(latest.time_since_epoch()).count();
  const std::string who = token.found.principal.empty() ? "headgate" : token.found.principal;
  std::array<char, 256> why{};
  if (rd_kafka_oauthbearer_set_token(client, token.found.value.c_str(), expires_ms, who.c_str(), nullptr, 0, why.data(),
                                     why.size()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    rd_kafka_oauthbearer_set_token_failure(client, why.data());
}

}  // namespace

std::string client_credentials::apply(rd_kafka_conf_s* to) const {
  for (const auto& [property, file] : secret_files) {
    const auto secret = files::read_secret(file);
    if (!secret.failure.empty()) return "kafka property " + property + ": " + secret.failure;
    std::array<char, 512> why{};  // not repeated: it may hold the secret
    if (rd_kafka_conf_set(to, property.c_str(), secret.value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK)
      return std::string("kafka property ")
          .append(property)
          .append(": librdkafka does not take what stands in ")
          .append(file);
  }
  if (tokens) {
    rd_kafka_conf_set_opaque(to, new std::shared_ptr<token_source>(tokens));
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(to, give_token);
    rd_kafka_conf_enable_sasl_queue(to, 1);
  }
  return {};
}

void client_credentials::begin(rd_kafka_t* client) const {
  if (tokens) rd_kafka_error_destroy(rd_kafka_sasl_background_callbacks_enable(client));
}

void client_credentials::release(void* opaque) noexcept { delete static_cast<std::shared_ptr<token_source>*>(opaque); }

}  // namespace batching::librdkafka
