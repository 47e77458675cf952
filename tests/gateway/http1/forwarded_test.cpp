#include "gateway/http1/forwarded.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/auth/address.h"

namespace gateway::http1 {
namespace {

/// The hops from the nearest on: addresses, "?" for what is hidden.
std::string hops_of(const std::string& lines, forwarded_by field) {
  request_head head;
  head.lines = lines;
  forwarded_hops hops(head, field);
  std::string out;
  for (hop h = hops.next(); h.is != hop::kind::none; h = hops.next())
    out += (out.empty() ? "" : " ") + (h.is == hop::kind::address ? auth::to_string(h.address) : "?");
  return out;
}
std::string standard(const std::string& value) {
  return hops_of("Forwarded: " + value + "\r\n", forwarded_by::forwarded);
}
std::string usual(const std::string& value) {
  return hops_of("X-Forwarded-For: " + value + "\r\n", forwarded_by::x_forwarded_for);
}

TEST(ForwardedTest, TheNearestHopStandsLast) {
  EXPECT_EQ(usual("192.0.2.1, 192.0.2.2 ,192.0.2.3"), "192.0.2.3 192.0.2.2 192.0.2.1");
  EXPECT_EQ(standard("for=192.0.2.1, for=192.0.2.2;proto=https;by=10.0.0.1 , For=\"192.0.2.3\""),
            "192.0.2.3 192.0.2.2 192.0.2.1");
}

TEST(ForwardedTest, SeveralLinesAreOneList) {
  const std::string lines =
      "Host: x\r\nX-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.9\r\nx-forwarded-for: 192.0.2.2, 192.0.2.3\r\n";
  EXPECT_EQ(hops_of(lines, forwarded_by::x_forwarded_for), "192.0.2.3 192.0.2.2 192.0.2.1");
  EXPECT_EQ(hops_of(lines, forwarded_by::forwarded), "192.0.2.9");
}

TEST(ForwardedTest, AnAddressMayHaveItsPortAndAnIpv6ItsBrackets) {
  EXPECT_EQ(usual("2001:db8::1, [2001:db8::2], [2001:db8::3]:4711, 192.0.2.1:80"),
            "192.0.2.1 2001:db8::3 2001:db8::2 2001:db8::1");
  EXPECT_EQ(standard(R"(for="[2001:db8::2]", for="[2001:db8::3]:4711", for="192.0.2.1:_p", for=192.0.2.2:1)"),
            "192.0.2.2 192.0.2.1 2001:db8::3 2001:db8::2");
  EXPECT_EQ(usual("::ffff:192.0.2.7"), "192.0.2.7");
}

TEST(ForwardedTest, WhatNamesNobodyIsHidden) {
  for (const char* hidden : {"unknown", "_hidden", "Unknown:80", "192.0.2", "192.0.2.256", "1.2.3.4:", "1.2.3.4:123456",
                             "1.2.3.4:x", "[192.0.2.1]", "[2001:db8::1", "[2001:db8::1]x", "fe80::1%eth0", "a b"}) {
    EXPECT_EQ(usual(hidden), "?") << hidden;
    EXPECT_EQ(standard("for=\"" + std::string(hidden) + "\""), "?") << hidden;
  }
  EXPECT_EQ(usual("[" + std::string(80, ':') + "]"), "?");
  EXPECT_EQ(standard("proto=https;by=192.0.2.1"), "?");
}

TEST(ForwardedTest, EmptyElementsSayNothing) {
  EXPECT_EQ(usual(" , 192.0.2.1,, "), "192.0.2.1");
  EXPECT_EQ(usual(""), "");
  EXPECT_EQ(standard(","), "");
}

TEST(ForwardedTest, QuotesAndBackslashesAreTakenOff) {
  EXPECT_EQ(standard(R"(for="192.0.2.\1";host="a,b;c\"d")"), "192.0.2.1");
  EXPECT_EQ(usual(R"("192.0.2.1")"), "192.0.2.1");
}

// A client writes the first part, and the proxy behind it appends its own: the client must not choose what that means.
TEST(ForwardedTest, AQuoteThatStaysOpenSwallowsNoHopOfAProxy) {
  for (const char* of_client : {R"(for=198.51.100.66, for=")", R"(for=198.51.100.66;by=")", R"(")", R"(for="_x\)",
                                R"(for=198.51.100.66, for="\")"})
    for (const char* of_proxy : {", for=192.0.2.1", R"(, for="[2001:db8::1]")", R"(, for="192.0.2.1:80";by="_a")"}) {
      const std::string said = standard(std::string(of_client) + of_proxy);
      EXPECT_EQ(said.substr(0, 1), "?") << of_client << of_proxy << " -> " << said;
    }
}

TEST(ForwardedTest, WhatIsNotWrittenLikeTheStandardIsHidden) {
  for (const char* broken : {"for", "=192.0.2.1", "for=192.0.2.1;for=192.0.2.2", "for=192.0.2.1 proto=https",
                             "f or=192.0.2.1", R"(for="192.0.2.1"x)", R"(for=192.0.2.1"")", R"(for=")", R"(for=""")"})
    EXPECT_EQ(standard(broken), "?") << broken;
  EXPECT_EQ(standard("for=192.0.2.1;"), "192.0.2.1");
}

TEST(ForwardedTest, AtTheLimitAndOneOverTheFarthestAreLeftOut) {
  std::string list;
  for (std::size_t i = 0; i <= forwarded_hops::hops_max; ++i)
    list += (i > 0 ? ",192.0.2." : "192.0.2.") + std::to_string(i);
  const std::string said = usual(list);
  EXPECT_TRUE(said.starts_with("192.0.2.32 192.0.2.31 ")) << said;
  EXPECT_TRUE(said.ends_with(" 192.0.2.2 192.0.2.1")) << said;
}

TEST(ForwardedTest, AFieldThatWasSentIsThereWhateverItSays) {
  request_head head;
  head.lines = "Forwarded:\r\n";
  EXPECT_TRUE(forwarded_hops(head, forwarded_by::forwarded).is_there());
  EXPECT_FALSE(forwarded_hops(head, forwarded_by::x_forwarded_for).is_there());
}

}  // namespace
}  // namespace gateway::http1
