// The outcome of one login: who it was, without the credential. A connection may keep it; the guard
// asks the policy in force what it is still worth. No address, no secret.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace gateway::auth {

struct identity {
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  std::string tenant;
  std::string key_id;            // of an API key: it may be revoked; empty: of none
  std::int64_t expires = never;  // seconds since 1970
};

}  // namespace gateway::auth
