#include "gateway/config/values.h"

#include <gtest/gtest.h>

namespace gateway::config {
namespace {

using std::chrono::microseconds;

TEST(ValuesTest, SizesHaveBinaryAndDecimalUnits) {
  EXPECT_EQ(*parse_size("512"), 512U);
  EXPECT_EQ(*parse_size("512B"), 512U);
  EXPECT_EQ(*parse_size("3KiB"), 3072U);
  EXPECT_EQ(*parse_size("64MiB"), 64U << 20);
  EXPECT_EQ(*parse_size("2GiB"), 2ULL << 30);
  EXPECT_EQ(*parse_size("1kB"), 1000U);
  EXPECT_EQ(*parse_size("1 MB"), 1'000'000U);
  EXPECT_EQ(*parse_size("5GB"), 5'000'000'000U);
}

TEST(ValuesTest, SizesThatAreNoneAreRefused) {
  for (const char* text :
       {"", "MiB", "-1", "1.5MiB", "1mib", "1 2", "0x10", "+1", "99999999999999999999", "9999999999GiB", "1MiB "})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(ValuesTest, DurationsNeedTheirUnit) {
  EXPECT_EQ(*parse_duration("500us"), microseconds(500));
  EXPECT_EQ(*parse_duration("5ms"), microseconds(5000));
  EXPECT_EQ(*parse_duration("30s"), std::chrono::seconds(30));
  EXPECT_EQ(*parse_duration("2m"), std::chrono::minutes(2));
  EXPECT_EQ(*parse_duration("1h"), std::chrono::hours(1));
  EXPECT_EQ(*parse_duration("0"), microseconds(0));
  for (const char* text : {"", "5", "s", "-1s", "1.5s", "1 day", "99999999999999h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(ValuesTest, WhatIsFormattedReadsBackTheSame) {
  for (const std::uint64_t bytes :
       {0ULL, 1ULL, 999ULL, 1000ULL, 1024ULL, 1'000'000ULL, 3ULL << 20, 123'456'789ULL, 1ULL << 40})
    EXPECT_EQ(*parse_size(format_size(bytes)), bytes) << format_size(bytes);
  for (const std::int64_t us :
       {0LL, 1LL, 1500LL, 5000LL, 1'000'000LL, 90'000'000LL, 300'000'000LL, 3'600'000'000LL, 900'000'000LL})
    EXPECT_EQ(*parse_duration(format_duration(microseconds(us))), microseconds(us))
        << format_duration(microseconds(us));
  for (const char* text : {"127.0.0.1:8080", "[::1]:0", "0.0.0.0:65535", "off"})
    EXPECT_EQ(format_endpoint(*parse_endpoint(text)), text);
}

TEST(ValuesTest, EndpointsAreLiteralAddresses) {
  EXPECT_EQ((*parse_endpoint("[2001:db8::1]:80"))->address, "2001:db8::1");
  EXPECT_EQ((*parse_endpoint("localhost:80"))->address, "127.0.0.1");
  EXPECT_EQ((*parse_endpoint("*:80"))->address, "0.0.0.0");
  EXPECT_FALSE(parse_endpoint("off")->has_value());
  for (const char* text : {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "[::1]",
                           "[127.0.0.1]:80", "host.example:80", "256.0.0.1:80", "127.0.0.1:-1", "[]:80"})
    EXPECT_FALSE(parse_endpoint(text)) << text;
}

TEST(ValuesTest, HostsHaveAPortOrNone) {
  EXPECT_EQ(parse_host_port("gate")->port, 0);
  EXPECT_EQ(parse_host_port("gate:7070")->host, "gate");
  EXPECT_EQ(parse_host_port("[::1]:7070")->host, "::1");
  EXPECT_EQ(parse_host_port("[::1]")->port, 0);
  for (const char* text : {"", ":7070", "gate:", "gate:x", "gate:70000", "[::1", "[::1]7070", "::1:7070", "[gate]:7070",
                           "ga te:1", "[::1]]:1", "a[b:1"})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

TEST(ValuesTest, TopicNamesAreKafkas) {
  EXPECT_TRUE(is_topic_name("orders.v1_A-9"));
  EXPECT_TRUE(is_topic_name(std::string(249, 'a')));
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a b"),
                                  std::string("a/b"), std::string(250, 'a')})
    EXPECT_FALSE(is_topic_name(name)) << name;
}

TEST(ValuesTest, StarMatchesAnyRun) {
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("*", "orders"));
  EXPECT_TRUE(matches("orders", "orders"));
  EXPECT_TRUE(matches("orders.*", "orders."));
  EXPECT_TRUE(matches("*.v1", "a.b.v1"));
  EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches("orders", "orders2"));
  EXPECT_FALSE(matches("orders.*", "orders"));
  EXPECT_FALSE(matches("a*b*c", "a-b-b"));
  EXPECT_FALSE(matches("", "a"));
}

}  // namespace
}  // namespace gateway::config
