// Every tenant there ever was, with what it uses: a tenant whose settings change is a new one over the same usage.
// Nothing is ever taken away, so a principal stays good for as long as the process lives; a reload that changes a
// tenant leaves a few hundred bytes. The authority owns it and is the only one to add.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/auth/tenant.h"
#include "gateway/config/auth_settings.h"

namespace gateway::auth {

class tenant_book {
 public:
  [[nodiscard]] const tenant& of(const config::tenant_settings& settings);

 private:
  struct kept {
    usage uses;
    std::vector<std::unique_ptr<tenant>> versions;  // the newest last
  };
  std::map<std::string, kept, std::less<>> all_;
};

}  // namespace gateway::auth
