#include "gateway/net/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"
#include "tests/support/raw_client.h"

namespace gateway::net::test {
namespace {

/// Lanes whose threads end with this; sessions that keep their connection open and say nothing.
class ListenerTest : public testing::Test {
 protected:
  ListenerTest() {
    for (std::uint32_t i = 0; i < 2; ++i) {
      lanes_.push_back(std::make_unique<runtime::lane>(i, settings_, world_, publisher_, budget_));
      lanes.push_back(lanes_.back().get());
    }
  }
  ~ListenerTest() override {
    for (const auto& l : lanes_) l->stop();
    threads_.clear();
  }
  auto bind(const config::endpoint& at) { return listener::bind(at, lanes, metrics::listener::tcp, limit); }
  void start(listener& l) {
    l.start([this](runtime::lane& on, arrival a) {
      EXPECT_NE(::fcntl(a.stream.descriptor(), F_GETFL) & O_NONBLOCK, 0);
      served.at(on.number()).fetch_add(1);
    });
    for (const auto& each : lanes_) threads_.emplace_back([on = each.get()] { on->run(); });
  }
  [[nodiscard]] std::uint32_t count() const { return served[0] + served[1]; }
  bool eventually(const std::function<bool()>& so) const {
    for (int i = 0; i < 2000 && !so(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return so();
  }

  connection_limit limit{1000};
  std::vector<runtime::lane*> lanes;
  std::array<std::atomic<std::uint32_t>, 2> served{};

 private:
  std::shared_ptr<const config::settings> settings_ = std::make_shared<config::settings>();
  tests::fake_world world_;
  tests::fake_publisher publisher_;
  batching::in_flight budget_{1 << 20, 1 << 19, 1 << 18};
  std::vector<std::unique_ptr<runtime::lane>> lanes_;
  std::vector<std::jthread> threads_;
};

TEST_F(ListenerTest, AllLanesShareThePortThatTheSystemPicked) {
  auto bound = bind({"127.0.0.1", 0});
  ASSERT_TRUE(bound);
  EXPECT_NE((*bound)->at().port, 0);
  start(**bound);
  std::vector<tests::raw_client> clients;
  for (int i = 0; i < 64; ++i) clients.emplace_back((*bound)->at().port);
  EXPECT_TRUE(eventually([this] { return count() == 64; }));
  EXPECT_GT(served[0], 0U) << "the kernel spreads connections over both";
  EXPECT_GT(served[1], 0U);
}

TEST_F(ListenerTest, APortInUseIsNamedAlsoWhereThePortCouldBeShared) {
  auto first = bind({"127.0.0.1", 0});
  ASSERT_TRUE(first);
  const auto second = bind((*first)->at());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, listen_errc::port_in_use);
  EXPECT_NE(second.error().detail.find(to_string((*first)->at())), std::string::npos) << second.error().detail;
}

TEST_F(ListenerTest, WhatIsNoAddressIsRefused) {
  const auto bound = bind({"somewhere", 0});
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, listen_errc::bad_address);
}

TEST_F(ListenerTest, AnAddressOfAnotherMachineIsRefused) {
  const auto bound = bind({"192.0.2.1", 0});
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, listen_errc::refused);
}

TEST(EndpointTextTest, AnAddressOfVersionSixStandsInBrackets) {
  EXPECT_EQ(to_string(config::endpoint{"127.0.0.1", 80}), "127.0.0.1:80");
  EXPECT_EQ(to_string(config::endpoint{"::1", 80}), "[::1]:80");
}

}  // namespace
}  // namespace gateway::net::test
