// The options of `auth`, and of one entry of `tenants`. A part of the catalogue (option_table.h) with targets of its
// own: they have no place in a file that does not want them, because `auth` turns everything away that it does not
// name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/option_table.h"

namespace gateway::config {

using auth_option = option<auth_settings>;
using tenant_option = option<tenant_settings>;

[[nodiscard]] std::span<const auth_option> auth_options();
[[nodiscard]] std::span<const tenant_option> tenant_options();

/// nullptr: there is none.
[[nodiscard]] const auth_option* find_auth_option(std::string_view key);
[[nodiscard]] const tenant_option* find_tenant_option(std::string_view key);

/// For suggestions: `auth.jwt.issuer`; `tenants.shop.write`, where `prefix` is `tenants.shop`.
[[nodiscard]] std::vector<std::string> auth_option_paths();
[[nodiscard]] std::vector<std::string> tenant_option_paths(const std::string& prefix);

/// 1 to 64 letters, digits, '.', '_' and '-'.
[[nodiscard]] bool is_tenant_name(std::string_view text) noexcept;

}  // namespace gateway::config
