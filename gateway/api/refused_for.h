// The door's word on rights and quotas, as HTTP says it. Asked by every dialect behind door::find().
#pragma once

#include <optional>
#include <string_view>

#include "gateway/auth/tenant.h"
#include "gateway/http1/endpoint.h"
#include "gateway/http1/problem.h"
#include "gateway/ingress/request.h"

namespace gateway::api {

/// 403 for `forbidden`, 429 for `over_quota`; nothing for every other answer.
[[nodiscard]] std::optional<http1::problem> refused_for(const ingress::answer& said, auth::right wanted,
                                                        std::string_view topic);
[[nodiscard]] http1::problem over_quota(const auth::shortage& lacks);

/// Whether the caller may know that there is such a topic. One that it may not know of answers like an unknown one.
[[nodiscard]] inline bool may_see(const http1::call& c, std::string_view topic) noexcept {
  return c.who.of == nullptr || c.who.of->may_see(topic);
}

}  // namespace gateway::api
