#include "gateway/app/kafka_security.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "batching/kafka/client/token_keeper.h"

namespace gateway::app {
namespace client = batching::kafka::client;
namespace {

std::string text_of(const config::kafka_settings& kafka, const char* property) {
  const auto written = kafka.properties.find(property);
  return written == kafka.properties.end() ? std::string() : written->second;
}

std::string upper_text_of(const config::kafka_settings& kafka, const char* property) {
  std::string text = text_of(kafka, property);
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

bool has_protocol(const config::kafka_settings& kafka, std::string_view part) {
  return upper_text_of(kafka, "security.protocol").find(part) != std::string::npos;
}

std::string secret_file_of(const config::kafka_settings& kafka, const char* property) {
  const auto named = kafka.secret_files.find(property);
  return named == kafka.secret_files.end() ? std::string() : named->second;
}

std::string mechanism_of(const config::kafka_settings& kafka) {
  return upper_text_of(kafka, "sasl.mechanism") + upper_text_of(kafka, "sasl.mechanisms");
}

/// As librdkafka reads a boolean.
bool is_false(const std::string& upper) { return upper == "FALSE" || upper == "F" || upper == "0"; }

}  // namespace

std::shared_ptr<client::tls_files> kafka_tls(const config::kafka_settings& kafka) {
  if (!has_protocol(kafka, "SSL")) return nullptr;
  batching::stream::tls_settings tls;
  tls.ca = text_of(kafka, "ssl.ca.location");
  tls.certificate = text_of(kafka, "ssl.certificate.location");
  tls.key = text_of(kafka, "ssl.key.location");
  tls.key_password = text_of(kafka, "ssl.key.password");
  tls.verify_name = upper_text_of(kafka, "ssl.endpoint.identification.algorithm") != "NONE";
  tls.verify = !is_false(upper_text_of(kafka, "enable.ssl.certificate.verification"));
  return std::make_shared<client::tls_files>(std::move(tls));
}

std::shared_ptr<client::login::token_source> kafka_tokens(const config::kafka_settings& kafka) {
  if (!has_protocol(kafka, "SASL") || mechanism_of(kafka) != "OAUTHBEARER") return nullptr;
  if (!kafka.login.token_file.empty()) return std::make_shared<client::token_file>(kafka.login.token_file);
  // Another method, or more properties than we know: librdkafka publishes, and fetches its tokens itself.
  if (kafka.librdkafka_for.starts_with("sasl.")) return nullptr;
  client::token_endpoint_settings endpoint;
  endpoint.url = text_of(kafka, "sasl.oauthbearer.token.endpoint.url");
  endpoint.client_id = text_of(kafka, "sasl.oauthbearer.client.id");
  endpoint.client_secret = text_of(kafka, "sasl.oauthbearer.client.secret");
  endpoint.client_secret_file = secret_file_of(kafka, "sasl.oauthbearer.client.secret");
  endpoint.scope = text_of(kafka, "sasl.oauthbearer.scope");
  endpoint.ca = kafka.login.token_ca;
  return std::make_shared<client::token_keeper>(std::move(endpoint));
}

std::shared_ptr<client::login::credentials> kafka_login(const config::kafka_settings& kafka,
                                                        std::shared_ptr<client::login::token_source> tokens) {
  if (!has_protocol(kafka, "SASL")) return nullptr;
  using client::login::kind;
  const std::string mechanism = mechanism_of(kafka);
  if (mechanism == "OAUTHBEARER" && !tokens) return nullptr;  // librdkafka's own business
  const kind by = mechanism == "SCRAM-SHA-256"   ? kind::scram_sha_256
                  : mechanism == "SCRAM-SHA-512" ? kind::scram_sha_512
                  : mechanism == "OAUTHBEARER"   ? kind::oauthbearer
                                                 : kind::plain;
  return std::make_shared<client::login::credentials>(
      client::login::login_settings{by, text_of(kafka, "sasl.username"), text_of(kafka, "sasl.password"),
                                    secret_file_of(kafka, "sasl.password"), std::move(tokens)});
}

std::map<std::string, std::string> librdkafka_properties(const config::kafka_settings& kafka, bool has_tokens) {
  auto properties = kafka.properties;
  if (has_tokens) std::erase_if(properties, [](const auto& p) { return p.first.starts_with("sasl.oauthbearer."); });
  return properties;
}

}  // namespace gateway::app
