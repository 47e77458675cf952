#include "gateway/net/acceptor.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"
#include "tests/support/raw_client.h"

namespace gateway::net::test {
namespace {

constexpr auto tcp = static_cast<std::size_t>(metrics::listener::tcp);

/// One lane, run by the test's own thread; sessions are kept in a list.
class AcceptorTest : public testing::Test {
 protected:
  explicit AcceptorTest(std::uint32_t connections_max = 3) : limit(connections_max) {
    bound = *listener::bind({"127.0.0.1", 0}, lanes, metrics::listener::tcp, limit);
    bound->start([this](runtime::lane&, arrival a) { sessions.push_back(std::move(a)); });
  }
  void run() {
    for (int i = 0; i < 50; ++i) on.io().poll();
  }
  [[nodiscard]] std::uint16_t port() const { return bound->at().port; }

  std::shared_ptr<const config::settings> settings = std::make_shared<config::settings>();
  tests::fake_world world;
  tests::fake_publisher publisher;
  batching::in_flight budget{1 << 20, 1 << 19, 1 << 18};
  connection_limit limit;
  runtime::lane on{0, settings, world, publisher, budget};
  std::array<runtime::lane*, 1> lanes{&on};
  std::vector<arrival> sessions;
  std::unique_ptr<listener> bound;
};

TEST_F(AcceptorTest, ConnectionsBeyondTheLimitAreClosedAndCounted) {
  std::vector<tests::raw_client> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back(port());
  run();
  EXPECT_EQ(sessions.size(), 3U);
  EXPECT_EQ(on.recorder().connections_opened[tcp].value(), 3U);
  EXPECT_EQ(on.recorder().connections_refused[tcp].value(), 2U);
  EXPECT_TRUE(clients.back().is_ended());
}

TEST_F(AcceptorTest, APlaceThatIsGivenBackIsTakenByTheNext) {
  std::vector<tests::raw_client> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back(port());
  run();
  sessions.pop_back();
  clients.emplace_back(port());
  run();
  EXPECT_EQ(sessions.size(), 3U);
  EXPECT_EQ(on.recorder().connections_refused[tcp].value(), 0U);
}

TEST_F(AcceptorTest, StopHandsOverTheListenQueueAndClosesTheSocket) {
  std::vector<tests::raw_client> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back(port());
  bound->stop();
  run();
  EXPECT_EQ(sessions.size(), 3U) << "none of them was accepted before the stop";
  EXPECT_TRUE(listener::bind(bound->at(), lanes, metrics::listener::tcp, limit)) << "the port is free again";
}

TEST_F(AcceptorTest, WithoutDescriptorsItPausesAndThenGoesOn) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  // UBSan looks at a type the first time with descriptors of its own.
  on.io().poll();
  boost::system::error_code seen;
  boost::asio::ip::tcp::socket(on.io()).connect({boost::asio::ip::address_v4::loopback(), 1}, seen);
  ASSERT_FALSE(seen.message().empty());
  tests::raw_client client(port());
  rlimit none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  run();
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(sessions.empty());
  on.io().run_for(2 * acceptor::pause_after_error);
  EXPECT_EQ(sessions.size(), 1U);
}

}  // namespace
}  // namespace gateway::net::test
