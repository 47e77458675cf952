#include "gateway/config/auth_checks.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/config/auth_options.h"
#include "gateway/config/values.h"

namespace gateway::config {
namespace {

class checker {
 public:
  checker(const draft& from, const settings& s, std::vector<config_error>& errors)
      : draft_(from), settings_(s), errors_(errors) {}

  void addresses();
  void logins();
  void jwt();
  void certificates();
  void lines();
  void tenants();
  void names();

 private:
  void fail(errc code, std::string path, origin from, std::string message) {
    errors_.push_back({code, std::move(path), std::move(from), std::move(message)});
  }
  [[nodiscard]] origin of(std::string_view key) const {
    const origin own = draft_.origin_of("auth." + std::string(key));
    return own.from == origin::source::unwritten ? draft_.auth.from : own;
  }
  [[nodiscard]] bool says(std::string_view key) const { return draft_.auth.values.contains(key); }
  void demand_tenant(const std::string& name, std::string_view key);

  const draft& draft_;
  const settings& settings_;
  std::vector<config_error>& errors_;
};

void checker::addresses() {
  if (settings_.auth || settings_.insecure) return;
  using named = std::pair<std::string_view, const std::optional<endpoint>*>;
  const std::array<named, 4> all{{{"listen.http", &settings_.http},
                                  {"listen.tcp", &settings_.tcp},
                                  {"listen.lines", &settings_.lines},
                                  {"listen.admin", &settings_.admin}}};
  for (const auto& [path, at] : all)
    if (*at && !is_loopback(**at))
      fail(errc::contradiction, std::string(path), draft_.origin_of(path),
           format_endpoint(*at) +
               " is no loopback address, and without `auth` everybody who reaches it may write to every topic: write "
               "`auth` and `tenants` (docs/security.md), listen on 127.0.0.1, or write listen.insecure: true if it is "
               "meant");
}

void checker::logins() {
  const auth_settings& auth = *settings_.auth;
  if (draft_.auth.values.empty() ||
      (auth.anonymous.empty() && auth.api_keys_file.empty() && !auth.jwt && !auth.certificates))
    if (std::ranges::none_of(errors_, [](const config_error& e) { return e.path.starts_with("auth."); }))
      fail(errc::missing, "auth", draft_.auth.from,
           "names no way to log in, so nobody may do anything: write api_keys, jwt, certificates or anonymous");
  if (settings_.tenants.empty() && draft_.tenants.empty())
    fail(errc::missing, "tenants", draft_.auth.from,
         "`auth` is written but no tenant is, so nobody may do anything: write at least one, with what it may write");
}

void checker::jwt() {
  if (!settings_.auth->jwt) return;
  const jwt_settings& jwt = *settings_.auth->jwt;
  const auto need = [&](bool is_there, std::string_view key, std::string_view why) {
    if (is_there) return;
    fail(errc::missing, "auth." + std::string(key), draft_.auth.from, std::string(why));
  };
  need(!jwt.issuer.empty(), "jwt.issuer", "tokens of which issuer are taken? Write what their `iss` is");
  need(!jwt.audiences.empty(), "jwt.audience",
       "tokens for which audience are taken? Write what their `aud` is, or tokens for other services would be good "
       "here");
  need(!jwt.jwks.empty(), "jwt.jwks", "where are the issuer's public keys? Write a file or an http(s) address");
}

void checker::certificates() {
  const auth_settings& auth = *settings_.auth;
  const bool by_map = auth.certificates == tenant_from::map;
  if (by_map && auth.certificate_map.empty())
    fail(errc::missing, "auth.certificates.map", of("certificates.tenant_from"),
         "tenant_from is map: write the name of each certificate with its tenant");
  if (!by_map && says("certificates.map"))
    fail(errc::contradiction, "auth.certificates.map", of("certificates.map"),
         "means something only with tenant_from: map; write that, or remove it");
}

// A line has no place for a credential.
void checker::lines() {
  const auth_settings& auth = *settings_.auth;
  if (settings_.lines && auth.anonymous.empty() && !auth.certificates)
    fail(errc::contradiction, "listen.lines", draft_.origin_of("listen.lines"),
         "lines carry no credential: their client is known by its certificate or not at all, so write "
         "auth.certificates or auth.anonymous, or turn lines off");
}

void checker::demand_tenant(const std::string& name, std::string_view key) {
  if (name.empty() || std::ranges::find(settings_.tenants, name, &tenant_settings::name) != settings_.tenants.end())
    return;
  fail(errc::missing, "auth." + std::string(key), of(key), "there is no tenant '" + name + "': add it to `tenants`");
}

void checker::names() {
  demand_tenant(settings_.auth->anonymous, "anonymous.tenant");
  for (const auto& [name, tenant] : settings_.auth->certificate_map) demand_tenant(tenant, "certificates.map");
}

void checker::tenants() {
  if (settings_.tenants.size() > tenants_max)
    fail(errc::out_of_bounds, "tenants", draft_.tenants[tenants_max].from, "takes at most 1000 tenants");
  if (!settings_.auth && !draft_.tenants.empty())
    fail(errc::contradiction, "tenants", draft_.tenants.front().from,
         "tenants have a meaning only with `auth`: write how they log in, or remove them");
  std::set<std::string_view> seen;
  for (const tenant_draft& t : draft_.tenants) {
    if (!is_tenant_name(t.name))
      fail(errc::invalid_value, "tenants", t.from,
           "'" + t.name.substr(0, 100) + "' is no tenant's name: 1 to 64 letters, digits, '.', '_' and '-'");
    if (!seen.insert(t.name).second) fail(errc::duplicate_key, "tenants." + t.name, t.from, "is given twice: keep one");
  }
}

}  // namespace

void check_who_may_write(const draft& from, const settings& s, std::vector<config_error>& errors) {
  checker c(from, s, errors);
  c.addresses();
  c.tenants();
  if (!s.auth) return;
  c.logins();
  c.jwt();
  c.certificates();
  c.lines();
  c.names();
}

}  // namespace gateway::config
