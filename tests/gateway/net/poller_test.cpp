#include "gateway/net/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace gateway::net::test {
namespace {

/// One end is watched, the other is ours.
struct socket_pair {
  socket_pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0); }
  ~socket_pair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void say() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  std::array<int, 2> ends{};
};

struct counter final : pollable {
  void on_ready(std::uint32_t events) noexcept override {
    if ((events & EPOLLIN) != 0) ++told;
    if (on_told) on_told();
  }
  int told = 0;
  std::function<void()> on_told;
};

class PollerTest : public testing::Test, private poll_listener {
 protected:
  PollerTest()
      : settings(std::make_shared<config::settings>()),
        budget(1 << 20, 1 << 19, 1 << 18),
        on(0, settings, world, publisher, budget),
        poll(on, *this) {}

  void on_round_over() noexcept override { ++rounds; }
  void run() {
    for (int i = 0; i < 10; ++i) on.io().poll();
  }

  std::shared_ptr<config::settings> settings;
  tests::fake_world world;
  tests::fake_publisher publisher;
  batching::in_flight budget;
  runtime::lane on;
  int rounds = 0;
  poller poll;
};

TEST_F(PollerTest, TellsOfEachArrivalOnceInOneRound) {
  std::array<socket_pair, 50> sockets;
  std::array<counter, 50> owners;
  for (std::size_t i = 0; i < sockets.size(); ++i) ASSERT_TRUE(poll.watch(sockets[i].ends[0], owners[i]));
  run();  // all of them can be written to
  rounds = 0;
  for (const socket_pair& s : sockets) s.say();
  run();
  EXPECT_EQ(rounds, 1);
  for (const counter& o : owners) EXPECT_EQ(o.told, 1);
  sockets[7].say();
  run();
  EXPECT_EQ(owners[7].told, 2);
  EXPECT_EQ(owners[8].told, 1);
}

TEST_F(PollerTest, ServesMoreThanARoundHolds) {
  constexpr std::size_t many = poller::served_per_round_max + 10;
  std::vector<socket_pair> sockets(many);
  std::vector<counter> owners(many);
  for (std::size_t i = 0; i < many; ++i) ASSERT_TRUE(poll.watch(sockets[i].ends[0], owners[i]));
  for (const socket_pair& s : sockets) s.say();
  run();
  for (const counter& o : owners) EXPECT_EQ(o.told, 1);
}

TEST_F(PollerTest, WhoIsForgottenInARoundIsNotTold) {
  socket_pair a, b;
  auto first = std::make_unique<counter>();
  auto second = std::make_unique<counter>();
  int told = 0;
  const auto end_of = [&](std::unique_ptr<counter>& other) {
    return [&] {
      ++told;
      if (other) poll.forget(*other);
      other.reset();
    };
  };
  first->on_told = end_of(second);
  second->on_told = end_of(first);
  ASSERT_TRUE(poll.watch(a.ends[0], *first));
  ASSERT_TRUE(poll.watch(b.ends[0], *second));
  a.say();
  b.say();
  run();
  EXPECT_EQ(told, 1);
}

TEST_F(PollerTest, SaysWhenItCannotWatch) {
  counter owner;
  EXPECT_FALSE(poll.watch(-1, owner));
}

}  // namespace
}  // namespace gateway::net::test
