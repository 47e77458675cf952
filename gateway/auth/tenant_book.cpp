#include "gateway/auth/tenant_book.h"

namespace gateway::auth {

const tenant& tenant_book::of(const config::tenant_settings& settings) {
  kept& k = all_[settings.name];
  if (k.versions.empty() || !(k.versions.back()->settings() == settings))
    k.versions.push_back(std::make_unique<tenant>(settings, k.uses));
  return *k.versions.back();
}

}  // namespace gateway::auth
