#include "gateway/config/checks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ChecksTest, LevelsOfTheBudgetMustBeInOrder) {
  EXPECT_THAT(errors_of(with_kafka("limits:\n  in_flight_bytes_low: 48MiB\n")),
              ElementsAre(AllOf(HasSubstr("headgate.yaml:2: limits.in_flight_bytes_low"),
                                HasSubstr("in_flight_bytes_high (48MiB, default)"))));
  EXPECT_THAT(errors_of(with_kafka("limits:\n  in_flight_bytes_high: 65MiB\n")),
              ElementsAre(HasSubstr("in_flight_bytes_max (64MiB, default)")));
  EXPECT_THAT(errors_of(with_kafka("limits:\n  in_flight_bytes_high: 64MiB\n  in_flight_bytes_low: 63MiB\n")),
              ElementsAre());
}

TEST(ChecksTest, UnwrittenLimitsFollowTheBudget) {
  const auto small = finalize(with_kafka("limits.in_flight_bytes_max: 8MiB\n"));
  ASSERT_TRUE(small);
  EXPECT_EQ(small->limits.in_flight_bytes_high, 6 << 20);
  EXPECT_EQ(small->limits.in_flight_bytes_low, 4 << 20);
  EXPECT_EQ(small->limits.decoded_bytes_max, 2U << 20);
  EXPECT_EQ(small->limits.body_bytes_max, 2U << 20);
  EXPECT_EQ(small->limits.events_per_request_max, (2U << 20) / 320);
  const auto large = finalize(with_kafka("limits.in_flight_bytes_max: 1GiB\n"));
  ASSERT_TRUE(large);
  EXPECT_EQ(large->limits.in_flight_bytes_high, 768LL << 20);
  EXPECT_EQ(large->limits.decoded_bytes_max, 16U << 20);
  EXPECT_EQ(large->limits.events_per_request_max, 50'000U);
}

TEST(ChecksTest, AWrittenBodyLimitLiftsTheUnwrittenDecodedOne) {
  const auto s = finalize(with_kafka("limits.in_flight_bytes_max: 512MiB\nlimits.body_bytes_max: 64MiB\n"));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->limits.decoded_bytes_max, 64U << 20);
}

TEST(ChecksTest, EveryBudgetFromTheSmallestUpIsValidAlone) {
  for (const char* budget : {"1MiB", "2MiB", "3MB", "5MiB", "33MiB", "64MiB", "100GiB"})
    EXPECT_THAT(errors_of(with_kafka("limits.in_flight_bytes_max: " + std::string(budget))), ElementsAre()) << budget;
}

TEST(ChecksTest, TheLargestRequestMustFitHalfOfTheBudget) {
  // 64 MiB / 2 = 33,554,432 = decoded + 50,000 * 320
  EXPECT_THAT(errors_of(with_kafka("limits.decoded_bytes_max: 17554432\n")), ElementsAre());
  EXPECT_THAT(errors_of(with_kafka("limits.decoded_bytes_max: 17554433\n")),
              ElementsAre(HasSubstr("refused for ever")));
  EXPECT_THAT(errors_of(with_kafka("limits.events_per_request_max: 100000\n")),
              ElementsAre(HasSubstr("events_per_request_max (100000")));
}

TEST(ChecksTest, RawSizesMustNotExceedDecodedOnes) {
  EXPECT_THAT(errors_of(with_kafka("limits:\n  decoded_bytes_max: 1MiB\n  body_bytes_max: 2MiB\n  frame_bytes_max: "
                                   "2MiB\n  line_bytes_max: 2MiB\n")),
              ElementsAre(HasSubstr("limits.body_bytes_max"), HasSubstr("limits.frame_bytes_max"),
                          HasSubstr("limits.line_bytes_max")));
}

TEST(ChecksTest, ABatchMustFitAPartitionsShare) {
  EXPECT_THAT(errors_of(with_kafka("limits.in_flight_bytes_max: 4MiB\nbatch.bytes_max: 3MiB\n")),
              ElementsAre(HasSubstr("batch.bytes_max (3MiB")));
}

TEST(ChecksTest, WaitsMustBeInOrder) {
  EXPECT_THAT(errors_of(with_kafka("limits.answer_time_max: 10s\n")),
              ElementsAre(HasSubstr("answer_time_default (30s, default)")));
  EXPECT_THAT(errors_of(with_kafka("limits.answer_time_default: 5ms\n")),
              ElementsAre(HasSubstr("batch.linger (5ms, default)")));
}

TEST(ChecksTest, ListenersMustDiffer) {
  EXPECT_THAT(errors_of(with_kafka("listen:\n  http: 127.0.0.1:9464\n")),
              ElementsAre(HasSubstr("listen.admin (127.0.0.1:9464, default)")));
  EXPECT_THAT(errors_of(with_kafka("listen:\n  http: 127.0.0.1:0\n  tcp: 127.0.0.1:0\n")), ElementsAre());
  EXPECT_THAT(errors_of(with_kafka("listen:\n  http: off\n  tcp: off\n")),
              ElementsAre(HasSubstr("nothing takes events")));
}

TEST(ChecksTest, LinesNeedATopic) {
  EXPECT_THAT(errors_of(with_kafka("listen:\n  lines: 127.0.0.1:7171\n")), ElementsAre(HasSubstr("--lines-topic")));
  EXPECT_THAT(errors_of(with_kafka("listen:\n  lines: 127.0.0.1:7171\n  lines_topic: logs\n")), ElementsAre());
}

TEST(ChecksTest, ALevelWithoutACodecIsAContradiction) {
  EXPECT_THAT(codes_of(with_kafka("kafka.compression: none\nkafka.compression_level: 3\n")),
              ElementsAre(errc::contradiction));
  EXPECT_THAT(codes_of(with_kafka("kafka.compression: none\n")), ElementsAre());
}

TEST(ChecksTest, TheDirectPublisherCannotDoWhatItDoesNotKnow) {
  EXPECT_THAT(errors_of(with_kafka("kafka.publisher: direct\nkafka.properties:\n  sasl.mechanism: GSSAPI\n")),
              ElementsAre(HasSubstr("write kafka.publisher: auto or librdkafka")));
  EXPECT_THAT(codes_of(with_kafka("kafka.publisher: direct\nkafka.properties:\n  security.protocol: plaintext\n")),
              ElementsAre());
  EXPECT_THAT(codes_of(with_kafka("kafka.publisher: librdkafka\nkafka.properties:\n  security.protocol: SSL\n")),
              ElementsAre());
}

TEST(FinalizeTest, WhoPublishesFollowsFromWhatIsWritten) {
  const auto is_direct = [](const std::string& text) { return finalize(with_kafka(text))->kafka.is_direct; };
  EXPECT_TRUE(is_direct(""));
  EXPECT_TRUE(is_direct("kafka.properties:\n  client.id: gate\n  request.timeout.ms: 5000\n"));
  EXPECT_TRUE(is_direct("kafka.properties:\n  security.protocol: SSL\n  ssl.ca.location: ca.pem\n"));
  EXPECT_TRUE(is_direct("kafka.properties:\n  security.protocol: SASL_SSL\n  sasl.mechanism: SCRAM-SHA-512\n"));
  EXPECT_TRUE(is_direct("kafka.properties:\n  security.protocol: sasl_ssl\n  sasl.mechanisms: PLAIN\n"));
  EXPECT_TRUE(is_direct("kafka.properties:\n  debug: broker\n")) << "diagnosis of librdkafka's own connections";
  EXPECT_FALSE(is_direct("kafka.properties:\n  security.protocol: SASL_SSL\n")) << "Kerberos, where nothing is written";
  EXPECT_FALSE(is_direct("kafka.properties:\n  security.protocol: SASL_SSL\n  sasl.mechanism: OAUTHBEARER\n"));
  EXPECT_FALSE(is_direct("kafka.properties:\n  broker.address.family: v6\n"));
  EXPECT_FALSE(is_direct("kafka.publisher: librdkafka\n"));
  EXPECT_TRUE(is_direct("kafka.publisher: direct\n"));
}

TEST(FinalizeTest, ThereIsALaneForEachUsableProcessorAndOneLessForLibrdkafka) {
  const auto lanes = [](const std::string& text, std::uint32_t usable) {
    return finalize(with_kafka(text), {usable, "so it is"})->lanes;
  };
  const std::string librdkafka = "kafka.publisher: librdkafka\n";
  EXPECT_EQ(lanes("", 3), 3U);
  EXPECT_EQ(lanes("", 1000), lanes_max);
  EXPECT_EQ(lanes(librdkafka, 3), 2U);
  EXPECT_EQ(lanes(librdkafka, 1), 1U);
  EXPECT_EQ(lanes("lanes: 7\n", 3), 7U);
}

TEST(ChecksTest, EverythingThatIsWrongIsNamedInTheOrderOfTheFile) {
  EXPECT_THAT(errors_of(from_yaml("lanes: many\n"
                                  "batch:\n"
                                  "  linger: 5\n"
                                  "  nope: 1\n"
                                  "limits:\n"
                                  "  in_flight_bytes_low: 60MiB\n"
                                  "kafka:\n"
                                  "  properties:\n"
                                  "    acks: 1\n")),
              ElementsAre(HasSubstr("kafka.bootstrap: no Kafka is named"),
                          HasSubstr("headgate.yaml:1: lanes: 'many' is no whole number"),
                          HasSubstr("headgate.yaml:3: batch.linger"), HasSubstr("headgate.yaml:4: batch.nope"),
                          HasSubstr("headgate.yaml:6: limits.in_flight_bytes_low"),
                          HasSubstr("headgate.yaml:9: kafka.properties.acks")));
}

TEST(ChecksTest, AValueThatIsWrongAloneIsNotBlamedTwice) {
  EXPECT_EQ(errors_of(with_kafka("limits.in_flight_bytes_high: 1PiB\nlimits.in_flight_bytes_low: 60MiB\n")).size(), 1U);
}

TEST(ChecksTest, BootstrapIsAListOfHostsWithPorts) {
  for (const char* text : {"k:9092", "k1:1,k2:65535", "[::1]:9092"})
    EXPECT_THAT(errors_of(typed({"--kafka", text})), ElementsAre()) << text;
  for (const char* text : {"k", "k:", "k:0", "k:99999", ":9092", "k:1,", "k:1, j:2", ","})
    EXPECT_THAT(codes_of(typed({"--kafka", text})), ElementsAre(errc::invalid_value)) << text;
}

TEST(ChecksTest, BoundsHoldAtTheirEdges) {
  EXPECT_THAT(errors_of(with_kafka("limits.json_depth_max: 1024\n")), ElementsAre());
  EXPECT_THAT(codes_of(with_kafka("limits.json_depth_max: 1025\n")), ElementsAre(errc::out_of_bounds));
  EXPECT_THAT(errors_of(with_kafka("batch.linger: 1s\n")), ElementsAre());
  EXPECT_THAT(codes_of(with_kafka("batch.linger: 1001ms\n")), ElementsAre(errc::out_of_bounds));
  EXPECT_THAT(codes_of(with_kafka("limits.head_time_max: 100500us\n")), ElementsAre(errc::invalid_value));
}

}  // namespace
}  // namespace gateway::config::test
