#include "batching/librdkafka/statistics.h"

#include <gtest/gtest.h>

#include <string>

using batching::librdkafka::parse_statistics;
using batching::librdkafka::statistics_book;
using namespace std::chrono_literals;

namespace {

// The shape of librdkafka 2.8's emission, every number distinct. `payload` counts on, `batch` is of the last interval.
std::string emission(const std::string& producer, int payload, int batch) {
  return R"({"name":")" + producer + R"(","client_id":"headgate","type":"producer","ts":2458562553,"time":1795255819,
    "replyq":0,"msg_cnt":31,"msg_size":32,"tx":33,"tx_bytes":34192,
    "brokers":{
      "k2:9092/2":{"name":"k2:9092/2","nodeid":2,"state":"UP","outbuf_cnt":1,"waitresp_cnt":3,"tx":11,"txbytes":13636,
        "txerrs":4,"txretries":5,"req_timeouts":6,"rxbytes":686,"rxerrs":7,"connects":8,"disconnects":9,
        "rtt":{"min":182,"avg":1500,"p99":42500,"cnt":1},"throttle":{"min":0,"max":250,"avg":20}},
      "k1:9092/1":{"name":"k1:9092/1","nodeid":1,"state":"TRY_CONNECT","rtt":{"avg":0}},
      "k1:9092/bootstrap":{"name":"k1:9092/bootstrap","nodeid":-1,"state":"UP"},
      "GroupCoordinator":{"name":"GroupCoordinator","nodeid":-1,"state":"INIT"}},
    "topics":{"orders":{"topic":"orders","batchsize":{"sum":)" +
         std::to_string(batch) + R"(,"cnt":2},"batchcnt":{"sum":840},
      "partitions":{"0":{"partition":0,"msgq_cnt":10,"xmit_msgq_cnt":20,"txmsgs":40,"txbytes":)" +
         std::to_string(payload) + R"(},
                    "1":{"partition":1,"msgq_cnt":1,"xmit_msgq_cnt":2,"txmsgs":4,"txbytes":1000},
                    "-1":{"partition":-1,"msgq_cnt":0,"xmit_msgq_cnt":0,"txmsgs":0,"txbytes":0}}}}})";
}

metrics::snapshot with_topic(const std::string& name) {
  metrics::snapshot s;
  s.topics.emplace_back().topic = name;
  return s;
}

}  // namespace

TEST(StatisticsTest, ReadsBrokersInOrderAndLeavesLogicalOnesOut) {
  const auto s = parse_statistics(emission("p-1", 5000, 300));
  ASSERT_TRUE(s);
  ASSERT_EQ(s->brokers.size(), 2u);
  EXPECT_EQ(s->brokers[0].broker, "k1:9092/1");
  EXPECT_EQ(s->brokers[0].state, "TRY_CONNECT");
  const auto& b = s->brokers[1];
  EXPECT_EQ(b.broker, "k2:9092/2");
  EXPECT_EQ(b.id, 2);
  EXPECT_EQ(b.queued_requests, 1);
  EXPECT_EQ(b.waiting_requests, 3);
  EXPECT_EQ(b.requests, 11u);
  EXPECT_EQ(b.sent_bytes, 13636u);
  EXPECT_EQ(b.request_errors, 4u);
  EXPECT_EQ(b.retries, 5u);
  EXPECT_EQ(b.timeouts, 6u);
  EXPECT_EQ(b.received_bytes, 686u);
  EXPECT_EQ(b.response_errors, 7u);
  EXPECT_EQ(b.connects, 8u);
  EXPECT_EQ(b.disconnects, 9u);
  EXPECT_DOUBLE_EQ(b.rtt_average_seconds, 0.0015);
  EXPECT_DOUBLE_EQ(b.rtt_p99_seconds, 0.0425);
  EXPECT_DOUBLE_EQ(b.throttle_seconds, 0.25);
  EXPECT_TRUE(s->any_broker_up());
}

TEST(StatisticsTest, AddsPartitionsUpToTheirTopic) {
  const auto s = parse_statistics(emission("p-1", 5000, 300));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->queue_records, 31);
  EXPECT_EQ(s->queue_bytes, 32);
  ASSERT_EQ(s->topics.size(), 1u);
  EXPECT_EQ(s->topics[0].topic, "orders");
  EXPECT_EQ(s->topics[0].sent_records, 44u);
  EXPECT_EQ(s->topics[0].sent_payload_bytes, 6000u);
  EXPECT_EQ(s->topics[0].batch_bytes, 300u);
  EXPECT_EQ(s->topics[0].batches, 2u);
  EXPECT_EQ(s->topics[0].queued_records, 33);
}

TEST(StatisticsTest, RefusesWhatIsNotAProducersStatistics) {
  EXPECT_FALSE(parse_statistics(""));
  EXPECT_FALSE(parse_statistics("[]"));
  EXPECT_FALSE(parse_statistics("{}"));
  EXPECT_FALSE(parse_statistics(R"({"type":"consumer"})"));
  EXPECT_TRUE(parse_statistics(R"({"type":"producer","brokers":7,"topics":{"t":null}})"));
}

TEST(StatisticsTest, RefusesATextTruncatedAnywhere) {
  const std::string whole = emission("p-1", 5000, 300);
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_FALSE(parse_statistics(whole.substr(0, i))) << i;
}

TEST(StatisticsBookTest, AddsUpBatchesOfAllIntervalsAndPayloadAsItGrows) {
  statistics_book book;
  book.take(emission("p-1", 5000, 300));
  book.take(emission("p-1", 9000, 400));
  auto s = with_topic("orders");
  book.fill(s);
  EXPECT_EQ(s.topics[0].sent_bytes, 700u);
  EXPECT_EQ(s.topics[0].sent_payload_bytes, 10'000u);  // 9000 of partition 0, 1000 of partition 1, once
}

TEST(StatisticsBookTest, ARebuiltProducerCountsFromZeroAgain) {
  statistics_book book;
  book.take(emission("p-1", 5000, 300));
  book.take(emission("p-2", 7000, 400));  // more than p-1 had: only the name tells
  auto s = with_topic("orders");
  book.fill(s);
  EXPECT_EQ(s.topics[0].sent_bytes, 700u);
  EXPECT_EQ(s.topics[0].sent_payload_bytes, 6000u + 8000u);
}

TEST(StatisticsBookTest, SaysHowOldItsNumbersAre) {
  statistics_book book;
  const auto begin = statistics_book::clock::now();
  metrics::snapshot s;
  book.fill(s, begin);
  EXPECT_FALSE(s.kafka.known);
  book.take(emission("p-1", 5000, 300), begin);
  book.take("broken", begin + 3s);
  book.fill(s, begin + 5s);
  EXPECT_TRUE(s.kafka.known);
  EXPECT_DOUBLE_EQ(s.kafka.age_seconds, 5);
  EXPECT_EQ(s.kafka.brokers.size(), 2u);
}
