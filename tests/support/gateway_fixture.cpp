#include "tests/support/gateway_fixture.h"

#include <cstdio>
#include <cstdlib>

#include "gateway/api/endpoints.h"
#include "gateway/http1/tls_answers.h"

namespace tests {
namespace {

std::unique_ptr<gateway::net::listener> listen(std::span<gateway::runtime::lane* const> on,
                                               gateway::net::connection_limit& limit) {
  auto bound = gateway::net::listener::bind({"127.0.0.1", 0}, on, metrics::listener::http, limit);
  if (!bound) {
    std::fputs(bound.error().detail.c_str(), stderr);
    std::abort();
  }
  return std::move(*bound);
}

gateway::config::settings with_defaults(gateway::config::settings s) {
  if (s.topics.empty()) s.topics.emplace_back();
  return s;
}

}  // namespace

gateway_fixture::gateway_fixture(gateway::config::settings settings, std::size_t lanes,
                                 std::optional<gateway::net::server_tls::settings> tls)
    : connections(settings.limits.connections_max),
      budget(settings.limits.in_flight_bytes_max, settings.limits.in_flight_bytes_high,
             settings.limits.in_flight_bytes_low),
      settings_(std::make_shared<const gateway::config::settings>(with_defaults(std::move(settings)))) {
  world.add_topic("orders", 12);
  std::vector<gateway::runtime::lane*> all;
  for (std::size_t i = 0; i < lanes; ++i) {
    lanes_.push_back(
        std::make_unique<gateway::runtime::lane>(static_cast<std::uint32_t>(i), settings_, world, publisher, budget));
    all.push_back(lanes_.back().get());
    world.show_topics(*all.back());
  }
  if (settings_->auth) authority_.emplace(*settings_->auth, settings_->tenants);
  doors_.emplace(all, authority_ ? &*authority_ : nullptr);
  admin_door_.emplace(std::span(all).first(1));
  sessions_ = std::make_unique<gateway::http1::http_sessions>(gateway::api::events_routers(*doors_));
  admin_sessions_ = std::make_unique<gateway::http1::http_sessions>(gateway::api::admin_routers(*admin_door_, admin));
  http_ = listen(all, connections);
  admin_http_ = listen(std::span(all).first(1), connections);
  if (tls) {
    auto made = gateway::net::server_tls::make("http", std::move(*tls));
    if (!made) {
      std::fputs(made.error().c_str(), stderr);
      std::abort();
    }
    tls_ = std::move(*made);
    gateway::net::entrance_rules rules;
    rules.tls = tls_.get();
    rules.told_plain = gateway::http1::answer_to_plain();
    rules.waiting_max = settings_->limits.handshakes_max / lanes;
    entrances_ = std::make_unique<gateway::net::entrances>(all, std::move(rules), sessions_->factory());
  }
  http_->start(entrances_ ? entrances_->factory() : sessions_->factory());
  admin_http_->start(admin_sessions_->factory());
  for (auto& l : lanes_) threads_.emplace_back([on = l.get()] { on->run(); });
}

void gateway_fixture::stop() {
  for (auto& l : lanes_) l->stop();
  threads_.clear();
}

void gateway_fixture::drain() {
  http_->stop();
  for (auto& l : lanes_) l->start_drain();
}

gateway_fixture::~gateway_fixture() {
  publisher.release();
  stop();
  http_.reset();
  admin_http_.reset();
  entrances_.reset();
  admin_sessions_.reset();
  sessions_.reset();
}

}  // namespace tests
