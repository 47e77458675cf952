#include "tests/support/store_fixture.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "gateway/api/endpoints.h"

namespace tests {
namespace {

gateway::config::settings with_store(gateway::config::settings s, const std::string& folder) {
  s.store.directory = folder;
  gateway::config::topic_settings carts = s.topics.empty() ? gateway::config::topic_settings{} : s.topics.front();
  carts.pattern = "carts";
  carts.mode = gateway::config::topic_mode::store;
  carts.intake.require_key = true;
  s.topics = {carts, gateway::config::topic_settings{}};
  return s;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fputs(why.c_str(), stderr);
  std::abort();
}

}  // namespace

temporary_folder::temporary_folder() {
  static std::atomic<int> number{0};
  path = std::filesystem::temp_directory_path() /
         ("headgate-store-" + std::to_string(getpid()) + "-" + std::to_string(++number));
}

store_fixture::store_fixture(fake_log& log, const std::string& folder, gateway::config::settings settings,
                             std::size_t lanes, std::string_view as_peer)
    : connections(settings.limits.connections_max),
      budget(settings.limits.in_flight_bytes_max, settings.limits.in_flight_bytes_high,
             settings.limits.in_flight_bytes_low),
      settings_(std::make_shared<const gateway::config::settings>(with_store(std::move(settings), folder))) {
  world.add_topic("orders", 12);
  world.add_topic("carts", 4);
  if (auto opened = index_.open({.directory = folder}); !opened) give_up(opened.error());
  std::vector<gateway::runtime::lane*> all;
  std::vector<gateway::stores::stores::owning_lane> owning;
  for (std::size_t i = 0; i < lanes; ++i) {
    lanes_.push_back(
        std::make_unique<gateway::runtime::lane>(static_cast<std::uint32_t>(i), settings_, world, stores_, budget));
    all.push_back(lanes_.back().get());
    owned_.push_back(std::make_unique<fake_lane_partitions>(log, lanes_.back()->io()));
    owning.push_back({all.back(), owned_.back().get()});
    world.show_topics(*all.back());
  }
  stores_.start(settings_, index_, owning,
                [lanes](std::uint32_t, std::int32_t partition) { return static_cast<std::size_t>(partition) % lanes; });
  if (!as_peer.empty()) {
    gateway::peers::link_settings linking;
    linking.protocol = {"g-2:8080", std::string(as_peer)};
    peers_ = std::make_unique<gateway::peers::peer_group>("g-2:8080", std::move(linking), all, [] {});
    stores_.set_peers(*peers_);
  }
  stores_.set_topics(world.topics());
  doors_.emplace(all);
  sessions_ = std::make_unique<gateway::http1::http_sessions>(gateway::api::events_routers(*doors_, &stores_));
  auto bound = gateway::net::listener::bind({"127.0.0.1", 0}, all, metrics::listener::http, connections);
  if (!bound) give_up(bound.error().detail);
  http_ = std::move(*bound);
  http_->start(sessions_->factory());
  tcp_sessions_ = std::make_unique<gateway::frames::tcp_sessions>(
      *doors_, gateway::frames::tcp_stores{&stores_, std::string(peer_secret), "g-1:8080"});
  auto frames_bound = gateway::net::listener::bind({"127.0.0.1", 0}, all, metrics::listener::tcp, connections);
  if (!frames_bound) give_up(frames_bound.error().detail);
  tcp_ = std::move(*frames_bound);
  tcp_->start(tcp_sessions_->factory());
  for (auto& l : lanes_) threads_.emplace_back([on = l.get()] { on->run(); });
  for (std::size_t twice = 0; twice < 2; ++twice)  // opened, then gained
    for (auto& o : owned_) o->run([] {});
}

store_fixture::~store_fixture() {
  publisher.release();
  for (auto& l : lanes_) l->stop();
  threads_.clear();
  for (auto& o : owned_) o->end();
  if (peers_) peers_->close();
  stores_.close();
  http_.reset();
  tcp_.reset();
  tcp_sessions_.reset();
  sessions_.reset();
}

}  // namespace tests
