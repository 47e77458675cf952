// A gateway whose topic "carts" (4 partitions) is an event store, on a log in memory that outlives it, with a real
// index in a folder. Topic "orders" is an ordinary one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/frames/session.h"
#include "gateway/http1/sessions.h"
#include "gateway/ingress/door.h"
#include "gateway/net/listener.h"
#include "gateway/peers/peer_group.h"
#include "gateway/runtime/lane.h"
#include "gateway/stores/stores.h"
#include "store/index.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace tests {

/// A folder that is gone with the test.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder() { std::filesystem::remove_all(path); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  std::string path;
};

class store_fixture {
 public:
  static constexpr std::string_view peer_secret = "correct horse battery staple";

  /// The first of settings.topics, if there is one, has the further rules of carts.
  /// `as_peer`: instance "g-2:8080", which passes on what it does not own, see peers(), and knows this secret. Else it
  /// is "g-1:8080", and knows `peer_secret`.
  explicit store_fixture(fake_log& log, const std::string& folder, gateway::config::settings settings = {},
                         std::size_t lanes = 2, std::string_view as_peer = {});
  ~store_fixture();
  store_fixture(const store_fixture&) = delete;
  store_fixture& operator=(const store_fixture&) = delete;

  [[nodiscard]] std::uint16_t port() const { return http_->at().port; }
  [[nodiscard]] std::uint16_t tcp_port() const { return tcp_->at().port; }
  [[nodiscard]] gateway::runtime::lane& lane(std::size_t i = 0) { return *lanes_[i]; }
  [[nodiscard]] gateway::peers::peer_group& peers() { return *peers_; }
  [[nodiscard]] gateway::stores::stores& stores() { return stores_; }
  [[nodiscard]] std::vector<std::unique_ptr<fake_lane_partitions>>& owned() { return owned_; }

  fake_world world;
  fake_publisher publisher;
  gateway::net::connection_limit connections;
  batching::in_flight budget;

 private:
  std::shared_ptr<const gateway::config::settings> settings_;
  store::index index_;
  gateway::stores::stores stores_{publisher};
  std::optional<gateway::ingress::doors> doors_;
  std::unique_ptr<gateway::peers::peer_group> peers_;
  std::vector<std::unique_ptr<gateway::runtime::lane>> lanes_;
  std::vector<std::unique_ptr<fake_lane_partitions>> owned_;
  std::unique_ptr<gateway::http1::http_sessions> sessions_;
  std::unique_ptr<gateway::frames::tcp_sessions> tcp_sessions_;
  std::unique_ptr<gateway::net::listener> http_, tcp_;
  std::vector<std::jthread> threads_;
};

}  // namespace tests
