// The gate before the endpoints of one listener: asked by the router once a request's path is known, before anything
// else is done for it. Implemented in api (gates); one a lane and listener, lane thread only.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/http1/endpoint.h"
#include "gateway/http1/routes.h"

namespace gateway::http1 {

class gatekeeper {
 public:
  virtual ~gatekeeper() = default;

  /// Fills in c.who, or says why not. Called again for a request whose body is here or whose topic Kafka was asked for.
  [[nodiscard]] virtual std::optional<problem> admit(call& c, const route& to, exchange& x) = 0;
  /// OPTIONS of a path whose methods are `allow`: nothing, or why not; fields go to x.reply.
  [[nodiscard]] virtual std::optional<problem> options(const call& c, const route& to, std::string_view allow,
                                                       exchange& x) = 0;
};

}  // namespace gateway::http1
