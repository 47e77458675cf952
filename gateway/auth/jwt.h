// A bearer token (RFC 7519, JWS compact form) read and checked against the issuer's keys. Strict: three parts of
// base64url, JSON objects without repeated members, an algorithm that is the key's own, no critical extension. Pure:
// the time is a parameter.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/denial.h"
#include "gateway/auth/jwks.h"
#include "gateway/config/auth_settings.h"

namespace gateway::auth {

inline constexpr std::size_t token_bytes_max = 8 * 1024;

struct claims {
  std::string tenant;
  std::int64_t expires = 0;  // seconds since 1970, the leeway included
};

/// Whether it is one by its form: two dots and nothing but base64url between them.
[[nodiscard]] bool looks_like_jwt(std::string_view text) noexcept;

/// `now` in seconds since 1970. The error is never denial::none.
[[nodiscard]] boost::system::result<claims, denial> check_jwt(std::string_view token, const key_set& keys,
                                                              const config::jwt_settings& rules, std::int64_t now);

}  // namespace gateway::auth
