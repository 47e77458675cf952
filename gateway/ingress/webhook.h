// Checks that a webhook's body was signed by somebody who knows the topic's secret: HMAC-SHA256, in constant time.
// Pure; the door calls it before anything of the body is read.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "gateway/config/settings.h"

namespace gateway::ingress {

/// `signature`: of GitHub the field X-Hub-Signature-256 ("sha256=" and hex), over the body; of Stripe the field
/// Stripe-Signature ("t=SECONDS,v1=HEX,v1=HEX"), over the time, a dot and the body, and the time is at most `age_max`
/// from now either way.
[[nodiscard]] bool is_signed(config::webhook_kind by, std::string_view secret, std::string_view signature,
                             std::string_view body, std::int64_t now_ms, std::chrono::milliseconds age_max);

/// The request field with the signature, in lower case.
[[nodiscard]] std::string_view signature_field(config::webhook_kind by) noexcept;

}  // namespace gateway::ingress
