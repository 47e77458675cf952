#include "gateway/net/proxy_header.h"

#include <gtest/gtest.h>

#include "gateway/auth/address.h"

namespace gateway::net::test {
namespace {

using namespace std::string_view_literals;
using state = proxy_header::state;

const std::string signature(std::string_view("\r\n\r\n\0\r\nQUIT\n"sv));

std::string binary(char version_and_command, char family, std::string_view behind) {
  return signature + version_and_command + family + static_cast<char>(behind.size() / 256) +
         static_cast<char>(behind.size() % 256) + std::string(behind);
}
const std::string v4 = binary('\x21', '\x11', "\xc0\x00\x02\x07\xc0\x00\x02\x01\xc8\x22\x1f\x90"sv);

std::string client_of(std::string_view received) {
  const proxy_header h = read_proxy_header(received);
  return h.client ? auth::to_string(*h.client) : "";
}

TEST(ProxyHeaderTest, TheLineNamesTheClient) {
  const std::string line = "PROXY TCP4 192.0.2.7 192.0.2.1 51234 8080\r\n";
  EXPECT_EQ(client_of(line + "GET / HTTP/1.1\r\n"), "192.0.2.7");
  EXPECT_EQ(read_proxy_header(line + "GET /").bytes, line.size());
  EXPECT_EQ(client_of("PROXY TCP6 2001:db8::7 2001:db8::1 51234 8080\r\n"), "2001:db8::7");
}

TEST(ProxyHeaderTest, TheBinaryHeaderNamesTheClient) {
  EXPECT_EQ(client_of(v4 + "GET"), "192.0.2.7");
  EXPECT_EQ(read_proxy_header(v4 + "GET").bytes, v4.size());
  const std::string v6 =
      binary('\x21', '\x21',
             "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xc8\x22\x1f\x90"sv);
  EXPECT_EQ(client_of(v6), "2001:db8::7");
  const std::string with_extension =
      binary('\x21', '\x11', "\xc0\x00\x02\x07\xc0\x00\x02\x01\xc8\x22\x1f\x90\x04\x00\x03xyz"sv);
  EXPECT_EQ(client_of(with_extension), "192.0.2.7");
}

TEST(ProxyHeaderTest, ABalancerMaySpeakForItself) {
  for (const std::string& own : {std::string("PROXY UNKNOWN\r\n"), std::string("PROXY UNKNOWN x y z\r\n"),
                                 binary('\x20', '\x00', ""), binary('\x21', '\x00', "")}) {
    const proxy_header h = read_proxy_header(own);
    EXPECT_EQ(h.is, state::whole) << own;
    EXPECT_FALSE(h.client);
  }
}

TEST(ProxyHeaderTest, EveryPieceOfOneIsPartial) {
  for (const std::string& whole : {std::string("PROXY TCP4 192.0.2.7 192.0.2.1 51234 8080\r\n"), v4})
    for (std::size_t n = 0; n < whole.size(); ++n)
      EXPECT_EQ(read_proxy_header(std::string_view(whole).substr(0, n)).is, state::partial) << n;
}

TEST(ProxyHeaderTest, WhatBeginsOtherwiseIsTheClientsOwn) {
  for (const std::string_view other :
       {"GET / HTTP/1.1\r\n"sv, "POST /"sv, "PRI * HTTP/2.0"sv, "\x16\x03\x01"sv, "{}"sv, "\r\nGET / HTTP/1.1\r\n"sv})
    EXPECT_EQ(read_proxy_header(other).is, state::none) << other;
}

TEST(ProxyHeaderTest, WhatBeginsLikeOneAndIsNoneIsBroken) {
  for (const std::string& wrong :
       {std::string("PROXY TCP4 192.0.2.7 192.0.2.1 51234\r\n"), std::string("PROXY TCP4 nobody 192.0.2.1 1 2\r\n"),
        std::string("PROXY TCP4 2001:db8::7 192.0.2.1 1 2\r\n"), std::string("PROXY UDP4 192.0.2.7 192.0.2.1 1 2\r\n"),
        std::string("PROXY TCP4 192.0.2.7 192.0.2.1 1 2 3\r\n"), "PROXY TCP4 " + std::string(100, '1'),
        binary('\x11', '\x11', "\xc0\x00\x02\x07\xc0\x00\x02\x01\xc8\x22\x1f\x90"sv),
        binary('\x22', '\x11', "\xc0\x00\x02\x07\xc0\x00\x02\x01\xc8\x22\x1f\x90"sv), binary('\x21', '\x11', "short"),
        signature + "\x21\x11\xff\xff"})
    EXPECT_EQ(read_proxy_header(wrong).is, state::broken) << wrong;
}

TEST(ProxyHeaderTest, AtTheLimitAndOneOver) {
  const std::string at(proxy_header_bytes_max - 16, 'x');
  EXPECT_EQ(read_proxy_header(binary('\x21', '\x00', at)).is, state::whole);
  EXPECT_EQ(read_proxy_header(binary('\x21', '\x00', at + "x")).is, state::broken);
}

}  // namespace
}  // namespace gateway::net::test
