#include "gateway/app/check_auth.h"

#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "gateway/auth/authority.h"
#include "gateway/auth/jwks.h"
#include "gateway/auth/key_file.h"
#include "gateway/config/kafka_properties.h"
#include "gateway/config/kafka_security.h"

namespace gateway::app {
namespace {

using lines = std::vector<std::string>;

bool has_tenant(const config::settings& s, const std::string& name) {
  return std::ranges::find(s.tenants, name, &config::tenant_settings::name) != s.tenants.end();
}

void check_keys(const config::settings& s, auth::outside& world, lines& wrong) {
  const std::string& file = s.auth->api_keys_file;
  const auto read = world.read(file, {});
  const std::string where = "auth.api_keys.file: " + file;
  if (!read.why_not.empty()) return wrong.push_back(where + " " + read.why_not + ": headgate key new makes it");
  if (read.is_open_to_others)
    wrong.push_back(where + " may be read or written by every user of this machine: chmod 600 " + file);
  const auto keys = auth::read_keys(read.text);
  if (!keys) return wrong.push_back(where + ", " + keys.error().text);
  for (const auto& [id, key] : *keys) {
    if (!key.revoked.empty()) continue;
    if (const std::string weak = key.weakness(); !weak.empty())
      wrong.push_back(where + ": key " + id + " is weak, " + weak + ": revoke it and make a new one");
    if (!has_tenant(s, key.tenant))
      wrong.push_back(where + ": key " + id + " is of tenant '" + key.tenant + "', which is not configured");
  }
}

void check_issuer(const config::settings& s, auth::outside& world, lines& wrong, lines& weak) {
  const std::string where = "auth.jwt.jwks: " + s.auth->jwt->jwks + " ";
  const auto read = world.read(s.auth->jwt->jwks, {});
  if (!read.why_not.empty()) return wrong.push_back(where + read.why_not);
  const auto set = auth::key_set::read(read.text);
  if (!set) return wrong.push_back(where + set.error().text);
  for (const std::string& each : set->ignored()) weak.push_back(where + each + ": it is ignored");
}

bool is_written_out(const config::written& w) {
  return w.from.from == config::origin::source::file && w.from.environment.empty() && !w.items.empty() &&
         !w.items.front().empty();
}

}  // namespace

bool is_open_to_others(const std::string& file) {
  struct stat about {};
  return ::stat(file.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0;
}

findings check_auth(const config::settings& s) {
  if (!s.auth) return {};
  lines wrong;
  const std::unique_ptr<auth::outside> world = auth::real_outside();
  if (!s.auth->api_keys_file.empty()) check_keys(s, *world, wrong);
  lines weak;
  if (s.auth->jwt) check_issuer(s, *world, wrong, weak);
  findings all = fatal(std::move(wrong));
  for (std::string& text : weak) all.push_back({false, std::move(text)});
  return all;
}

lines check_secrets(const config::draft& written, const std::optional<std::string>& file) {
  lines wrong;
  if (!file || !is_open_to_others(*file)) return wrong;
  const auto name = [&](const std::string& path) {
    wrong.push_back(*file + " may be read by every user of this machine and has a secret in it (" + path +
                    "): chmod 640 it, or take the secret from the environment with ${env:NAME}");
  };
  for (const auto& [path, value] : written.values)
    if ((path == "listen.admin_token" || config::is_secret_option(path)) && is_written_out(value)) name(path);
  for (const auto& [property, value] : written.properties)
    if (config::is_secret(property) && is_written_out(value)) name("kafka.properties." + property);
  return wrong;
}

}  // namespace gateway::app
