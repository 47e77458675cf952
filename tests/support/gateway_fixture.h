// A gateway in a test: lanes on threads of their own, the fake world and publisher behind them, HTTP listeners on free
// ports.
#pragma once

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "gateway/api/admin/source.h"
#include "gateway/auth/authority.h"
#include "gateway/http1/sessions.h"
#include "gateway/ingress/door.h"
#include "gateway/net/entrance.h"
#include "gateway/net/listener.h"
#include "gateway/net/server_tls.h"
#include "gateway/runtime/lane.h"
#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace tests {

class fake_admin final : public gateway::api::admin::admin_source {
 public:
  gateway::api::admin::page render_metrics(std::string_view accept) override {
    return {"text/plain; version=0.0.4", "accept=" + std::string(accept)};
  }
  gateway::api::admin::page status_page() override { return {"text/html; charset=utf-8", "<!doctype html>"}; }
  gateway::api::admin::page status_json() override { return {"application/json", "{}"}; }
};

class gateway_fixture {
 public:
  /// Topic "orders" has 12 partitions; "strict" and others only where `settings` or the test say so.
  /// With `tls`, the HTTP listener speaks it.
  explicit gateway_fixture(gateway::config::settings settings = {}, std::size_t lanes = 1,
                           std::optional<gateway::net::server_tls::settings> tls = {});
  ~gateway_fixture();
  gateway_fixture(const gateway_fixture&) = delete;
  gateway_fixture& operator=(const gateway_fixture&) = delete;

  [[nodiscard]] std::uint16_t port() const { return http_->at().port; }
  [[nodiscard]] std::uint16_t admin_port() const { return admin_http_->at().port; }
  /// Only if `settings` have `auth`; its files are read when it is built, and by look().
  [[nodiscard]] gateway::auth::authority& authority() { return *authority_; }
  [[nodiscard]] gateway::runtime::lane& lane(std::size_t i = 0) { return *lanes_[i]; }
  /// Lanes without their threads; call before reading what only lanes may read.
  void stop();
  /// The certificates of the HTTP listener; there must be TLS.
  [[nodiscard]] gateway::net::server_tls& tls() { return *tls_; }
  /// As SIGTERM does: no new connections, then every lane drains.
  void drain();

  fake_world world;
  fake_publisher publisher;
  fake_admin admin;
  gateway::net::connection_limit connections;
  batching::in_flight budget;

 private:
  std::shared_ptr<const gateway::config::settings> settings_;
  std::optional<gateway::auth::authority> authority_;
  std::optional<gateway::ingress::doors> doors_, admin_door_;  // outlive the lanes, whose last handlers hold sessions
  std::vector<std::unique_ptr<gateway::runtime::lane>> lanes_;
  std::unique_ptr<gateway::http1::http_sessions> sessions_;
  std::unique_ptr<gateway::http1::http_sessions> admin_sessions_;
  std::unique_ptr<gateway::net::server_tls> tls_;
  std::unique_ptr<gateway::net::entrances> entrances_;
  std::unique_ptr<gateway::net::listener> http_;
  std::unique_ptr<gateway::net::listener> admin_http_;
  std::vector<std::jthread> threads_;
};

}  // namespace tests
