#include "loadgen/plan/target.h"

#include <gtest/gtest.h>

#include "loadgen/units/option.h"

namespace loadgen::plan {
namespace {

TEST(TargetTest, TheSchemeChoosesTheProtocol) {
  EXPECT_EQ(read_target("tcp://10.0.0.1:7070", "").protocol, protocol_kind::tcp);
  EXPECT_EQ(read_target("tcp://10.0.0.1:7070", "").port, "7070");
  EXPECT_EQ(read_target("127.0.0.1:8080", "").protocol, protocol_kind::http);
  EXPECT_EQ(read_target("127.0.0.1:7171", "lines").protocol, protocol_kind::lines);
  EXPECT_EQ(read_target("http://[::1]:8080/", "").host, "::1");
  EXPECT_EQ(read_target("http://gate", "").port, "80");
  EXPECT_EQ(read_target("kafka://a:9092,b:9092", "").host, "a:9092,b:9092");
}

TEST(TargetTest, RefusesWhatItCannotReach) {
  for (const char* text : {"https://h:1", "tcp://h", "ftp://h:1", "http://:80", "http://h:0", "http://h:65536",
                           "http://h:x", "tcp://[::1]", "kafka://", "kafka://a:9092,,b:9092", "kafka://a:x", "h o:1"}) {
    EXPECT_THROW(read_target(text, ""), units::usage_error) << text;
  }
  EXPECT_THROW(read_target("h:1", "udp"), units::usage_error);
}

TEST(TargetTest, BrokersMayHaveSpacesAndLackPorts) {
  EXPECT_EQ(read_brokers("--verify", "a:9092, b:9092"), "a:9092,b:9092");
  EXPECT_EQ(read_brokers("--verify", "a"), "a");
  EXPECT_EQ(read_brokers("--verify", "[::1]:9092"), "[::1]:9092");
}

TEST(TargetTest, TopicsAreNamedAsKafkaNamesThem) {
  EXPECT_EQ(read_topic("orders.v1_x-y"), "orders.v1_x-y");
  EXPECT_EQ(read_topic(std::string(249, 'a')).size(), 249U);
  for (const std::string& text : {std::string(), std::string("."), std::string(".."), std::string("a b"),
                                  std::string("a/b"), std::string(250, 'a')}) {
    EXPECT_THROW(read_topic(text), units::usage_error) << text;
  }
}

}  // namespace
}  // namespace loadgen::plan
