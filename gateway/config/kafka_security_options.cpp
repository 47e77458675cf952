#include "gateway/config/kafka_security.h"
#include "gateway/config/option_types.h"

namespace gateway::config {
namespace {

using S = settings;
using K = kafka_settings;
using T = kafka_tls_settings;
using G = kafka_login_settings;

std::string any_text(const std::string&) { return {}; }

std::string check_endpoint(const std::string& text) {
  if (text.empty() || text.starts_with("https://") || text.starts_with("http://")) return {};
  return "is no address of a token endpoint: write https://HOST/PATH";
}

setting_option text(std::string_view path, std::string T::*place, std::string takes, std::string_view doc) {
  return text_option<S>(path, at(&S::kafka, &K::tls, place), std::move(takes), any_text, doc);
}
setting_option text(std::string_view path, std::string G::*place, std::string takes, std::string_view doc) {
  return text_option<S>(path, at(&S::kafka, &K::login, place), std::move(takes), any_text, doc);
}

std::vector<setting_option> tls_options() {
  return {
      derived(truth_option<S>("kafka.tls.enabled", at(&S::kafka, &K::tls, &T::enabled),
                              "Connections to Kafka are encrypted. `kafka.tls: {}` is enough where the system's "
                              "authorities know the brokers' certificates."),
              "true once another key of kafka.tls is written, else false"),
      text("kafka.tls.ca", &T::ca, "PEM file", "Authorities that brokers' certificates lead to. Empty: the system's."),
      text("kafka.tls.certificate", &T::certificate, "PEM file",
           "The gateway's own certificate and its chain, for brokers that ask for one. Renewed files are taken up."),
      text("kafka.tls.key", &T::key, "PEM file", "The certificate's private key."),
      text("kafka.tls.key_password", &T::key_password, "secret", "What the key's file is encrypted with."),
      truth_option<S>("kafka.tls.verify", at(&S::kafka, &K::tls, &T::verify),
                      "Brokers' certificates are checked. Without, anybody can pose as Kafka: for tests."),
      truth_option<S>("kafka.tls.verify_name", at(&S::kafka, &K::tls, &T::verify_name),
                      "The advertised host name must stand in the broker's certificate."),
  };
}

std::vector<setting_option> login_options() {
  using enum login_mechanism;
  static constexpr choices<login_mechanism, 5> mechanisms{{{"none", none},
                                                           {"PLAIN", plain},
                                                           {"SCRAM-SHA-256", scram_sha_256},
                                                           {"SCRAM-SHA-512", scram_sha_512},
                                                           {"OAUTHBEARER", oauthbearer}}};
  return {
      choice_option<S>("kafka.login.mechanism", at(&S::kafka, &K::login, &G::mechanism), mechanisms,
                       "How the gateway logs in to Kafka. Kerberos: kafka.properties, with librdkafka."),
      text("kafka.login.username", &G::username, "text", "Of PLAIN and SCRAM."),
      text("kafka.login.password", &G::password, "secret", "Of PLAIN and SCRAM; write ${env:NAME}, or password_file."),
      text("kafka.login.password_file", &G::password_file, "file",
           "A file with the password alone. It is read at each login, so a new password needs no restart."),
      text_option<S>("kafka.login.token_endpoint", at(&S::kafka, &K::login, &G::token_endpoint), "URL", check_endpoint,
                     "OAUTHBEARER: where tokens are given out for client_id and client_secret (OpenID Connect, client "
                     "credentials). Renewed after 80 % of their life."),
      text("kafka.login.token_ca", &G::token_ca, "PEM file",
           "Authorities for an https token endpoint. Empty: the system's."),
      text("kafka.login.client_id", &G::client_id, "text", "OAUTHBEARER: who asks for tokens."),
      text("kafka.login.client_secret", &G::client_secret, "secret", "Write ${env:NAME}, or client_secret_file."),
      text("kafka.login.client_secret_file", &G::client_secret_file, "file", "A file with the secret alone."),
      text("kafka.login.scope", &G::scope, "text", "OAUTHBEARER: the scope that is asked for. Empty: none."),
      text("kafka.login.token_file", &G::token_file, "file",
           "OAUTHBEARER: a file with a token that somebody else renews, as Kubernetes does; instead of an endpoint."),
  };
}

}  // namespace

std::vector<setting_option> kafka_security_options() {
  std::vector<setting_option> all = tls_options();
  for (setting_option& o : login_options()) all.push_back(std::move(o));
  return all;
}

}  // namespace gateway::config
