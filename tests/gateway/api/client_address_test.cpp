#include "gateway/api/client_address.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/auth/address.h"

namespace gateway::api {
namespace {

using config::forwarded_field;

std::string client_of(const std::string& connection, const std::string& lines,
                      forwarded_field field = forwarded_field::automatic) {
  config::settings s;
  s.trusted_proxies = {"10.0.0.0/8", "fd00::/8"};
  s.forwarded_field = field;
  http1::request_head head;
  head.lines = lines;
  return auth::to_string(client_address(s).of(head, *auth::parse_address(connection)));
}
const std::string usual = "X-Forwarded-For: 198.51.100.66, 192.0.2.1, 10.0.0.2\r\n";

TEST(ClientAddressTest, TheRightMostAddressThatIsNoProxysIsTheClients) {
  EXPECT_EQ(client_of("10.0.0.1", usual), "192.0.2.1");
  EXPECT_EQ(client_of("fd00::1", "Forwarded: for=198.51.100.66, for=\"[2001:db8::7]:1\", for=10.9.9.9\r\n"),
            "2001:db8::7");
}

TEST(ClientAddressTest, NobodyElseIsBelieved) {
  EXPECT_EQ(client_of("192.0.2.99", usual), "192.0.2.99");
  EXPECT_EQ(client_of("192.0.2.99", "Forwarded: for=198.51.100.66\r\n"), "192.0.2.99");
}

TEST(ClientAddressTest, AHiddenHopStandsForWhatIsBehindIt) {
  EXPECT_EQ(client_of("10.0.0.1", "X-Forwarded-For: 192.0.2.1, unknown, 10.0.0.2\r\n"), "10.0.0.2");
  EXPECT_EQ(client_of("10.0.0.1", "Forwarded: for=_x\r\n"), "10.0.0.1");
}

TEST(ClientAddressTest, WhereAllAreProxiesTheFarthestIsIt) {
  EXPECT_EQ(client_of("10.0.0.1", "X-Forwarded-For: 10.0.0.3, 10.0.0.2\r\n"), "10.0.0.3");
  EXPECT_EQ(client_of("10.0.0.1", ""), "10.0.0.1");
}

TEST(ClientAddressTest, TwoFieldsThatDisagreeAreNotBelieved) {
  EXPECT_EQ(client_of("10.0.0.1", usual + "Forwarded: for=198.51.100.66\r\n"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", usual + "Forwarded: for=192.0.2.1\r\n"), "192.0.2.1");
}

TEST(ClientAddressTest, TheFieldThatIsNamedIsTheOnlyOne) {
  const std::string both = usual + "Forwarded: for=198.51.100.66\r\n";
  EXPECT_EQ(client_of("10.0.0.1", both, forwarded_field::x_forwarded_for), "192.0.2.1");
  EXPECT_EQ(client_of("10.0.0.1", both, forwarded_field::forwarded), "198.51.100.66");
  EXPECT_EQ(client_of("10.0.0.1", usual, forwarded_field::forwarded), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", both, forwarded_field::off), "10.0.0.1");
}

}  // namespace
}  // namespace gateway::api
