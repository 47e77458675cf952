// The part of `headgate check` that needs no Kafka: keys and secrets that are weak, exposed, or lead nowhere. Reads
// files and, where one is configured, the issuer's address.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/app/finding.h"
#include "gateway/config/draft.h"
#include "gateway/config/settings.h"

namespace gateway::app {

/// Logins that cannot work, and keys that are exposed or lead nowhere.
[[nodiscard]] findings check_auth(const config::settings& s);

/// A file that others may read and that has a secret written out; `file`: nullopt: there is none.
[[nodiscard]] std::vector<std::string> check_secrets(const config::draft& written,
                                                     const std::optional<std::string>& file);

}  // namespace gateway::app
