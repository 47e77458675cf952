// Clients that begin a handshake and do not end it: they are bounded in number and in time, and hold nobody up.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
using metrics::tls_outcome;

class TlsStormTest : public testing::Test {
 protected:
  TlsStormTest() {
    authority.sign("a", {"a.example"});
    shown.certificates = {{authority.certificate("a"), authority.key("a")}};
    settings.limits.handshakes_max = 50;
    settings.limits.handshake_time_max = 500ms;
  }
  static std::uint64_t count(gateway_fixture& g, tls_outcome how) {
    return g.lane().recorder().tls_handshakes[0][static_cast<std::size_t>(how)].value();
  }
  template <class So>
  static bool eventually(So so) {
    for (int i = 0; i < 1000 && !so(); ++i) std::this_thread::sleep_for(5ms);
    return so();
  }
  bool is_served(std::uint16_t port) {
    tls_client c(port, {.trusts = authority.authority(), .server_name = "a.example"});
    return c.error().empty() && c.send(get("/healthz")) && !c.read_until("alive").empty();
  }

  test_authority authority;
  gateway::config::settings settings;
  batching::stream::tls_server_settings shown;
};

TEST_F(TlsStormTest, AHandshakeThatStandsStillEndsInTime) {
  gateway_fixture g(settings, 1, shown);
  raw_client silent(g.port());
  raw_client begun(g.port());
  begun.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_TRUE(silent.is_ended(3s));
  EXPECT_TRUE(begun.is_ended(3s));
  EXPECT_TRUE(eventually([&] { return count(g, tls_outcome::timed_out) == 2; }));
  EXPECT_EQ(g.connections.open(), 0U);
}

TEST_F(TlsStormTest, TheOldestMakesRoomAndAnHonestClientGetsThrough) {
  settings.limits.handshake_time_max = 60s;
  gateway_fixture g(settings, 1, shown);
  std::vector<raw_client> half_open;
  for (int i = 0; i < 300; ++i) {
    half_open.emplace_back(g.port());
    half_open.back().send("\x16\x03");
  }
  EXPECT_TRUE(is_served(g.port()));
  EXPECT_TRUE(half_open.front().is_ended(3s));
  EXPECT_TRUE(eventually([&] { return count(g, tls_outcome::crowded_out) >= 250; }));
  EXPECT_LE(g.connections.open(), 51U);
}

TEST_F(TlsStormTest, ADrainDoesNotWaitForHalfAHandshake) {
  settings.limits.handshake_time_max = 60s;
  gateway_fixture g(settings, 1, shown);
  raw_client silent(g.port());
  ASSERT_TRUE(eventually([&] { return g.connections.open() == 1; }));
  g.drain();
  EXPECT_TRUE(silent.is_ended(3s));
  EXPECT_TRUE(eventually([&] { return g.connections.open() == 0; }));
}

}  // namespace
}  // namespace tests
