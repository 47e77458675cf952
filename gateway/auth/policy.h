// Everything that decides who may do what, as of one moment: tenants, keys, the issuer's keys, which names of
// certificates mean whom. Immutable; the authority makes a new one when something changes, and lanes look at the
// newest. Tenants themselves are kept outside, over all policies.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/denial.h"
#include "gateway/auth/identity.h"
#include "gateway/auth/jwks.h"
#include "gateway/auth/key_file.h"
#include "gateway/auth/principal.h"
#include "gateway/auth/tenant.h"
#include "gateway/auth/tenant_book.h"
#include "gateway/config/auth_settings.h"

namespace gateway::auth {

struct verdict {
  denial why = denial::none;
  identity who;  // with denial::none
};

class policy {
 public:
  /// `keys`, `issuer`: nullptr where there are none (yet). `book` outlives the policy.
  policy(config::auth_settings settings, const std::vector<config::tenant_settings>& tenants,
         std::shared_ptr<const key_table> keys, std::shared_ptr<const key_set> issuer, tenant_book& book);

  /// nullptr: there is no such tenant.
  [[nodiscard]] const tenant* find(std::string_view name) const noexcept;
  [[nodiscard]] const tenant* anonymous() const noexcept { return find(settings_.anonymous); }
  /// nullptr: the identity is worth nothing any more, and `why` says for what reason.
  [[nodiscard]] const tenant* tenant_of(const identity& who, std::int64_t now, denial& why) const noexcept;

  // Logins. `now` in seconds since 1970.
  [[nodiscard]] verdict check_key(std::string_view text) const;
  [[nodiscard]] verdict check_token(std::string_view text, std::int64_t now) const;
  [[nodiscard]] verdict check_certificate(const certificate_names& names) const;

  [[nodiscard]] const config::auth_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const std::map<std::string, const tenant*, std::less<>>& tenants() const noexcept { return tenants_; }

 private:
  [[nodiscard]] verdict if_known(identity who) const;
  [[nodiscard]] const std::string* named_by(const std::string& certificate_name) const;

  config::auth_settings settings_;
  std::map<std::string, const tenant*, std::less<>> tenants_;  // the book's
  std::shared_ptr<const key_table> keys_;                      // co-owned by the authority and other policies
  std::shared_ptr<const key_set> issuer_;                      // likewise
};

}  // namespace gateway::auth
