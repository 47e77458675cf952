#include "gateway/config/kafka_security.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>
#include <utility>

namespace gateway::config {
namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

const char* name_of(login_mechanism m) noexcept {
  switch (m) {
    case login_mechanism::none: return "";
    case login_mechanism::plain: return "PLAIN";
    case login_mechanism::scram_sha_256: return "SCRAM-SHA-256";
    case login_mechanism::scram_sha_512: return "SCRAM-SHA-512";
    case login_mechanism::oauthbearer: return "OAUTHBEARER";
  }
  return "";
}

class translator {
 public:
  translator(const draft& from, settings& to, std::vector<config_error>& wrong)
      : from_(from), kafka_(to.kafka), wrong_(wrong) {}

  void tls();
  void login();
  void protocol();

 private:
  void fail(errc code, const std::string& path, std::string message) {
    wrong_.push_back({code, path, from_.origin_of(path), std::move(message)});
  }
  /// An option is that property; empty: it was not written.
  void is_property(const std::string& path, const char* property, const std::string& value) {
    if (value.empty()) return;
    if (kafka_.properties.contains(property))
      return fail(errc::contradiction, path,
                  std::string("is written twice, also as kafka.properties.") + property + ": keep one");
    kafka_.properties[property] = value;
  }
  void is_secret_property(const std::string& path, const char* property, const std::string& value,
                          const std::string& file);
  void needs(const std::string& path, bool is_there, const std::string& why) {
    if (!is_there) fail(errc::missing, path, why);
  }
  void password();
  void token();
  [[nodiscard]] bool is_anything_of(std::string_view section) const;

  const draft& from_;
  kafka_settings& kafka_;
  std::vector<config_error>& wrong_;
};

// Something other than a default was written below it.
bool translator::is_anything_of(std::string_view section) const {
  const settings by_default;
  return std::ranges::any_of(from_.values, [&](const auto& w) {
    return w.first.starts_with(section) && !w.first.ends_with(".enabled") && !w.second.items.empty() &&
           w.second.items.front() != find_option(w.first)->show(by_default);
  });
}

void translator::is_secret_property(const std::string& path, const char* property, const std::string& value,
                                    const std::string& file) {
  if (!value.empty() && !file.empty())
    return fail(errc::contradiction, path, "is written beside " + path + "_file: keep one");
  if (file.empty()) return is_property(path, property, value);
  if (kafka_.properties.contains(property))
    return fail(errc::contradiction, path + "_file",
                std::string("is written twice, also as kafka.properties.") + property + ": keep one");
  kafka_.secret_files[property] = file;
}

void translator::tls() {
  kafka_tls_settings& t = kafka_.tls;
  const bool is_used = is_anything_of("kafka.tls.");
  if (!from_.values.contains("kafka.tls.enabled")) t.enabled = is_used;
  if (!t.enabled && is_used)
    return fail(errc::contradiction, "kafka.tls.enabled", "is false, so the other keys of kafka.tls do nothing");
  if (!t.enabled) return;
  if (!t.key.empty() && t.certificate.empty())
    fail(errc::missing, "kafka.tls.certificate", "kafka.tls.key is written: write the certificate that it belongs to");
  is_property("kafka.tls.ca", "ssl.ca.location", t.ca);
  is_property("kafka.tls.certificate", "ssl.certificate.location", t.certificate);
  is_property("kafka.tls.key", "ssl.key.location", t.key.empty() ? t.certificate : t.key);
  is_property("kafka.tls.key_password", "ssl.key.password", t.key_password);
  is_property("kafka.tls.verify", "enable.ssl.certificate.verification", t.verify ? "" : "false");
  is_property("kafka.tls.verify_name", "ssl.endpoint.identification.algorithm", t.verify_name ? "" : "none");
}

void translator::login() {
  const login_mechanism by = kafka_.login.mechanism;
  if (by == login_mechanism::none) {
    if (is_anything_of("kafka.login."))
      fail(errc::missing, "kafka.login.mechanism",
           "nothing says how to log in: write one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER");
    return;
  }
  is_property("kafka.login.mechanism", "sasl.mechanism", name_of(by));
  if (by == login_mechanism::oauthbearer)
    token();
  else
    password();
}

void translator::password() {
  const kafka_login_settings& l = kafka_.login;
  needs("kafka.login.username", !l.username.empty(), "a login by user and password needs it");
  needs("kafka.login.password", !l.password.empty() || !l.password_file.empty(),
        "a login by user and password needs it: write it as ${env:NAME}, or kafka.login.password_file");
  is_property("kafka.login.username", "sasl.username", l.username);
  is_secret_property("kafka.login.password", "sasl.password", l.password, l.password_file);
}

void translator::token() {
  const kafka_login_settings& l = kafka_.login;
  if (l.token_endpoint.empty() == l.token_file.empty())
    return fail(errc::missing, "kafka.login.token_endpoint",
                "OAUTHBEARER takes its tokens from one place: write token_endpoint or token_file");
  if (!l.token_file.empty()) return;
  needs("kafka.login.client_id", !l.client_id.empty(), "the token endpoint asks who we are");
  needs("kafka.login.client_secret", !l.client_secret.empty() || !l.client_secret_file.empty(),
        "the token endpoint asks for it: write it as ${env:NAME}, or kafka.login.client_secret_file");
  is_property("kafka.login.token_endpoint", "sasl.oauthbearer.method", "oidc");
  is_property("kafka.login.token_endpoint", "sasl.oauthbearer.token.endpoint.url", l.token_endpoint);
  is_property("kafka.login.client_id", "sasl.oauthbearer.client.id", l.client_id);
  is_property("kafka.login.scope", "sasl.oauthbearer.scope", l.scope);
  is_secret_property("kafka.login.client_secret", "sasl.oauthbearer.client.secret", l.client_secret,
                     l.client_secret_file);
}

// One of the two may be written as a section and the other as properties.
void translator::protocol() {
  const bool logs_in = kafka_.login.mechanism != login_mechanism::none;
  if (!kafka_.tls.enabled && !logs_in) return;
  const auto written = kafka_.properties.find("security.protocol");
  if (written == kafka_.properties.end()) {
    kafka_.properties["security.protocol"] =
        std::string(logs_in ? "SASL_" : "") + (kafka_.tls.enabled ? "SSL" : "PLAINTEXT");
    return;
  }
  const std::string says = upper(written->second);
  const auto demand = [&](bool wanted, const char* part, const std::string& section) {
    if (wanted && says.find(part) == std::string::npos)
      fail(errc::contradiction, section,
           "is written, but kafka.properties.security.protocol says " + says + ": remove that property");
  };
  demand(kafka_.tls.enabled, "SSL", "kafka.tls");
  demand(logs_in, "SASL", "kafka.login");
}

}  // namespace

void set_security(const draft& from, settings& to, std::vector<config_error>& wrong) {
  translator t(from, to, wrong);
  t.tls();
  t.login();
  t.protocol();
}

bool is_secret_option(std::string_view path) noexcept {
  return path.ends_with("password") || path.ends_with("_secret");
}

}  // namespace gateway::config
