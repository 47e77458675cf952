// The reasons to keep somebody out. One name each, in metrics, log lines, answers; never tells a client more than
// it knows already.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gateway::auth {

enum class denial : std::uint8_t {
  none,
  no_credential,          // nothing was sent, and there is no anonymous tenant
  malformed,              // not a key, not a token, not Basic's form, or two credentials in one request
  unknown_key,            // no such API key, or another secret
  revoked_key,            // it was good once
  unsupported_algorithm,  // a token that is not RS256, ES256 or EdDSA, or not what its key is for
  unknown_signing_key,    // the issuer's keys have none of that id
  bad_signature,          // the token is not what its issuer signed
  expired,                // exp is over
  not_yet_valid,          // nbf or iat is to come
  wrong_issuer,           // iss is not jwt.issuer
  wrong_audience,         // aud has none of jwt.audience
  unknown_tenant,         // the credential is good, but its tenant is not in the configuration
  unknown_certificate,    // the certificate has no name that is a tenant's
  signing_keys_missing,   // ours to mend: the issuer's keys could not be read yet
  too_many_failures,      // this address has failed too often; it was not looked at
  method_not_configured,  // a token where only keys are configured, or the other way round
};
inline constexpr std::size_t denials = static_cast<std::size_t>(denial::method_not_configured) + 1;

[[nodiscard]] constexpr std::string_view name(denial why) noexcept {
  constexpr std::array<std::string_view, denials> names{"none",
                                                        "no_credential",
                                                        "malformed",
                                                        "unknown_key",
                                                        "revoked_key",
                                                        "unsupported_algorithm",
                                                        "unknown_signing_key",
                                                        "bad_signature",
                                                        "expired",
                                                        "not_yet_valid",
                                                        "wrong_issuer",
                                                        "wrong_audience",
                                                        "unknown_tenant",
                                                        "unknown_certificate",
                                                        "signing_keys_missing",
                                                        "too_many_failures",
                                                        "method_not_configured"};
  return names[static_cast<std::size_t>(why)];
}

}  // namespace gateway::auth
