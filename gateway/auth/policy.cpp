#include "gateway/auth/policy.h"

#include <utility>

#include "gateway/auth/jwt.h"

namespace gateway::auth {

policy::policy(config::auth_settings settings, const std::vector<config::tenant_settings>& tenants,
               std::shared_ptr<const key_table> keys, std::shared_ptr<const key_set> issuer, tenant_book& book)
    : settings_(std::move(settings)), keys_(std::move(keys)), issuer_(std::move(issuer)) {
  for (const config::tenant_settings& t : tenants) tenants_.emplace(t.name, &book.of(t));
}

const tenant* policy::find(std::string_view name) const noexcept {
  const auto found = tenants_.find(name);
  return found == tenants_.end() ? nullptr : found->second;
}

const tenant* policy::tenant_of(const identity& who, std::int64_t now, denial& why) const noexcept {
  why = denial::none;
  if (now >= who.expires) why = denial::expired;
  if (!who.key_id.empty()) {
    const auto key = keys_ ? keys_->find(who.key_id) : key_table::const_iterator{};
    if (!keys_ || key == keys_->end() || !key->second.revoked.empty() || key->second.tenant != who.tenant)
      why = denial::revoked_key;
  }
  if (why != denial::none) return nullptr;
  const tenant* const found = find(who.tenant);
  if (found == nullptr) why = denial::unknown_tenant;
  return found;
}

verdict policy::if_known(identity who) const {
  if (find(who.tenant) == nullptr) return {denial::unknown_tenant, {}};
  return {denial::none, std::move(who)};
}

// The secret is hashed whether or not there is such an id: how long an answer takes does not say which ids there are.
verdict policy::check_key(std::string_view text) const {
  if (settings_.api_keys_file.empty()) return {denial::method_not_configured, {}};
  const auto read = read_key_text(text);
  if (!read) return {denial::malformed, {}};
  static const api_key nobody{"", "", std::string(api_key::salt_bytes, '\0'), std::string(32, '\0'), "", "", ""};
  const auto found = keys_ ? keys_->find(read->id) : key_table::const_iterator{};
  const bool is_there = keys_ && found != keys_->end();
  const api_key& key = is_there ? found->second : nobody;
  if (!key.has(read->secret) || !is_there) return {denial::unknown_key, {}};
  if (!key.revoked.empty()) return {denial::revoked_key, {}};
  return if_known({key.tenant, key.id, identity::never});
}

verdict policy::check_token(std::string_view text, std::int64_t now) const {
  if (!settings_.jwt) return {denial::method_not_configured, {}};
  if (!issuer_) return {denial::signing_keys_missing, {}};
  auto read = check_jwt(text, *issuer_, *settings_.jwt, now);
  if (!read) return {read.error(), {}};
  return if_known({std::move(read->tenant), {}, read->expires});
}

const std::string* policy::named_by(const std::string& certificate_name) const {
  if (settings_.certificates == config::tenant_from::map) {
    const auto found = settings_.certificate_map.find(certificate_name);
    return found == settings_.certificate_map.end() ? nullptr : &found->second;
  }
  const tenant* const found = find(certificate_name);
  return found == nullptr ? nullptr : &found->name();
}

verdict policy::check_certificate(const certificate_names& names) const {
  if (!settings_.certificates) return {denial::method_not_configured, {}};
  if (settings_.certificates != config::tenant_from::alternative_name)
    if (const std::string* tenant = named_by(names.common_name)) return if_known({*tenant, {}, identity::never});
  if (settings_.certificates != config::tenant_from::common_name)
    for (const std::string& each : names.alternatives)
      if (const std::string* tenant = named_by(each)) return if_known({*tenant, {}, identity::never});
  return {denial::unknown_certificate, {}};
}

}  // namespace gateway::auth
