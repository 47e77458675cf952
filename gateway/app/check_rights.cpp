#include "gateway/app/check_rights.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "gateway/app/check_peers.h"
#include "gateway/app/check_tls.h"
#include "gateway/auth/authority.h"
#include "gateway/auth/key_file.h"
#include "gateway/config/values.h"
#include "metrics/events.h"

namespace gateway::app {
namespace {

using config::tenant_settings;
using strings = std::vector<std::string>;

void warn(findings& to, std::string text) { to.push_back({false, std::move(text)}); }

std::set<std::string> tenants_with_keys(const std::string& file) {
  std::set<std::string> out;
  if (file.empty()) return out;
  const auto read = auth::real_outside()->read(file, {});
  if (!read.why_not.empty()) return out;
  if (const auto keys = auth::read_keys(read.text))
    for (const auto& [id, key] : *keys)
      if (key.revoked.empty()) out.insert(key.tenant);
  return out;
}

/// A token or a certificate may name any tenant; with a map only those of the map.
bool anybody_may_be_named(const config::auth_settings& a) {
  return a.jwt || (a.certificates && *a.certificates != config::tenant_from::map);
}

void tenants_without_credential(const config::settings& s, findings& to) {
  const config::auth_settings& a = *s.auth;
  if (anybody_may_be_named(a)) return;
  std::set<std::string> known = tenants_with_keys(a.api_keys_file);
  known.insert(a.anonymous);
  if (a.certificates)
    for (const auto& [name, tenant] : a.certificate_map) known.insert(tenant);
  for (const tenant_settings& t : s.tenants)
    if (!known.contains(t.name))
      warn(to, "tenant '" + t.name + "' has no credential, so nobody is it: " +
                   (a.api_keys_file.empty() ? "write auth.api_keys.file and headgate key new --tenant "
                                            : "headgate key new --tenant ") +
                   t.name + ", or remove it");
}

void tenants_rights(const config::settings& s, findings& to) {
  for (const tenant_settings& t : s.tenants) {
    if (t.write.empty() && t.read.empty())
      warn(to, "tenant '" + t.name + "' may neither write nor read any topic: write tenants." + t.name +
                   ".write or .read, or remove it");
    if (t.name == s.auth->anonymous && std::ranges::find(t.write, "*") != t.write.end())
      warn(to, "tenants." + t.name +
                   ".write is '*', and everybody without a credential is this tenant, so whoever "
                   "reaches a port may write to every topic: name the topics that are meant");
  }
}

void lines_topic(const config::settings& s, findings& to) {
  const auto may = [&](const tenant_settings& t) {
    return std::ranges::any_of(t.write, [&](const std::string& p) { return config::matches(p, s.lines_topic); });
  };
  if (s.lines && std::ranges::none_of(s.tenants, may))
    warn(to,
         "listen.lines_topic '" + s.lines_topic +
             "' may be written by no tenant, so every connection for lines is closed: add it to the tenant's write");
}

// https://*shop.example is also matched by https://evilshop.example.
bool is_loose(const std::string& origin) {
  const std::size_t star = origin.find("://*");
  if (star == std::string::npos) return false;
  const std::string behind = origin.substr(star + 4);
  return !behind.starts_with('.') || behind.find('.', 1) == std::string::npos;
}

void origins(const config::settings& s, findings& to) {
  for (const config::topic_settings& t : s.topics)
    for (const std::string& origin : t.cors_origins)
      if (is_loose(origin))
        warn(to, "topics '" + t.pattern + "': the origin '" + origin +
                     "' also lets pages of strangers send: write it like https://*.shop.example");
}

void proxies(const config::settings& s, findings& to) {
  for (const std::string& text : s.trusted_proxies) {
    const auto network = config::parse_network(text);
    const bool is_everybody =
        network && (network->bits == 0 || (network->bits == 96 && text.find(':') == std::string::npos));
    if (is_everybody)
      warn(to, "trusted_proxies '" + text +
                   "' is every address, so every client may say which address it has: name the proxies alone");
  }
}

void unmatched(const tenant_settings& t, const strings& patterns, std::string_view right, const strings& topics,
               findings& to) {
  for (const std::string& pattern : patterns)
    if (std::ranges::none_of(topics, [&](const std::string& name) { return config::matches(pattern, name); }))
      warn(to, "tenants." + t.name + "." + std::string(right) + ": '" + pattern +
                   "' matches no topic that Kafka has: correct it, or create the topic");
}

}  // namespace

findings check_rights(const config::settings& s) {
  findings out;
  if (s.auth) {
    tenants_without_credential(s, out);
    tenants_rights(s, out);
    lines_topic(s, out);
  }
  origins(s, out);
  proxies(s, out);
  return out;
}

findings check_patterns(const config::settings& s, const strings& topics) {
  findings out;
  for (const tenant_settings& t : s.tenants) {
    unmatched(t, t.write, "write", topics, out);
    unmatched(t, t.read, "read", topics, out);
  }
  return out;
}

void tell_weaknesses(const config::settings& s) {
  findings all = check_rights(s);
  for (finding& each : check_tls_secrets(s)) all.push_back(std::move(each));
  for (finding& each : check_peers(s)) all.push_back(std::move(each));
  for (const finding& each : all) metrics::happened(metrics::happening::setup_weak, each.text);
}

}  // namespace gateway::app
