// The gates before the endpoints: the http listener's by origin, credential and quota, the admin listener's by host,
// origin and token. Health is told to everybody. Built beside the routers, one a lane.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/client_address.h"
#include "gateway/http1/gatekeeper.h"
#include "gateway/ingress/door.h"

namespace gateway::api {

class events_gate final : public http1::gatekeeper {
 public:
  explicit events_gate(ingress::door& to) : door_(&to), address_(to.on().settings()) {}

  std::optional<http1::problem> admit(http1::call& c, const http1::route& to, http1::exchange& x) override;
  std::optional<http1::problem> options(const http1::call& c, const http1::route& to, std::string_view allow,
                                        http1::exchange& x) override;

 private:
  [[nodiscard]] std::optional<http1::problem> log_in(http1::call& c, http1::exchange& x);
  [[nodiscard]] std::optional<http1::problem> check_quota(const http1::call& c, http1::exchange& x);

  ingress::door* door_;
  client_address address_;
};

class admin_gate final : public http1::gatekeeper {
 public:
  std::optional<http1::problem> admit(http1::call& c, const http1::route& to, http1::exchange& x) override;
  std::optional<http1::problem> options(const http1::call& c, const http1::route& to, std::string_view allow,
                                        http1::exchange& x) override;
};

/// Whether the admin listener answers under that `Host`: an address, localhost, a name without a dot, or one of
/// `hosts`. A page that has itself resolved to our address (DNS rebinding) comes with its own name.
[[nodiscard]] bool is_own_host(std::string_view host, const std::vector<std::string>& hosts) noexcept;

}  // namespace gateway::api
