// The address a request comes from: the connection's, or behind trusted proxies the right-most address of Forwarded or
// X-Forwarded-For that is none of theirs. Asked once a request by events_gate; one a lane, made from trusted_proxies.
#pragma once

#include <vector>

#include "gateway/auth/principal.h"
#include "gateway/config/settings.h"
#include "gateway/config/values.h"
#include "gateway/http1/forwarded.h"
#include "gateway/http1/request.h"

namespace gateway::api {

class client_address {
 public:
  explicit client_address(const config::settings& of);

  [[nodiscard]] auth::ip_address of(const http1::request_head& head, const auth::ip_address& connection) const;

 private:
  [[nodiscard]] bool is_trusted(const auth::ip_address& address) const noexcept;
  [[nodiscard]] auth::ip_address walk(http1::forwarded_hops hops, const auth::ip_address& connection) const;

  std::vector<config::network> trusted_;
  config::forwarded_field field_;
};

}  // namespace gateway::api
