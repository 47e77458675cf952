#include "gateway/api/refused_for.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace gateway::api {
namespace {

std::string text_of(auth::bound of) {
  switch (of) {
    case auth::bound::events: return "events a second";
    case auth::bound::bytes: return "bytes a second";
    case auth::bound::requests: return "requests a second";
    case auth::bound::connections: return "connections";
    case auth::bound::in_flight: return "bytes in flight";
    case auth::bound::none: break;
  }
  return "use";
}

}  // namespace

http1::problem over_quota(const auth::shortage& lacks) {
  http1::problem p{http1::errc::quota_exceeded, "this tenant's quota of " + text_of(lacks.of) +
                                                    " is used up: nothing was taken; send the request again after "
                                                    "Retry-After"};
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(lacks.wait).count();
  p.retry_after_seconds = static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 86'400));
  return p;
}

std::optional<http1::problem> refused_for(const ingress::answer& said, auth::right wanted, std::string_view topic) {
  if (said.what == ingress::verdict::over_quota) return over_quota(said.lacks);
  if (said.what != ingress::verdict::forbidden) return {};
  return http1::problem{http1::errc::forbidden, "there is no right to " + std::string(name(wanted)) + " topic '" +
                                                    std::string(topic.substr(0, 249)) + "'"};
}

}  // namespace gateway::api
