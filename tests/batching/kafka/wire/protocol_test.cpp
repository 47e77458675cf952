#include "batching/kafka/wire/protocol.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/batching/kafka/producer/request_reader.h"

namespace batching::kafka::wire {
namespace {

using tests::direct::part_answer;
using tests::direct::produce_response;

struct ProduceTest : ::testing::TestWithParam<std::int16_t> {};

TEST_P(ProduceTest, AnswersAreReadWhole) {
  const std::int16_t version = GetParam();
  const std::string response = produce_response(
      3, {{"t", 0, error_code::none, 40, -1, -1}, {"u", 7, error_code::not_leader_or_follower, -1, 5, 2}}, version, 90);
  produce_reader reader(response, version);
  produce_answer a;
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.topic, "t");
  EXPECT_EQ(a.base_offset, 40);
  EXPECT_EQ(a.leader, -1);
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.topic, "u");
  EXPECT_EQ(a.partition, 7);
  EXPECT_EQ(a.error, error_code::not_leader_or_follower);
  EXPECT_EQ(a.culprit, version >= 8 ? 5 : -1);
  EXPECT_EQ(a.error_text, version >= 8 ? "bad" : "");
  EXPECT_EQ(a.leader, version >= 10 ? 2 : -1);
  EXPECT_FALSE(reader.next(a));
  EXPECT_TRUE(reader.is_whole());
  EXPECT_EQ(reader.throttle_ms(), 90);
}

TEST_P(ProduceTest, AnAnswerThatIsCutAnywhereIsNotWhole) {
  const std::int16_t version = GetParam();
  const std::string response =
      produce_response(3, {{"t", 0, error_code::none, 40, -1, -1}, {"u", 7, error_code::none, 1, 5, 2}}, version, 90);
  for (std::size_t cut = 0; cut < response.size(); ++cut) {
    produce_reader reader(std::string_view(response).substr(0, cut), version);
    for (produce_answer a; reader.next(a);) {
    }
    EXPECT_FALSE(reader.is_whole()) << cut;
  }
}

TEST_P(ProduceTest, ARequestCarriesEveryPartitionOfEveryTopic) {
  batching::kafka::wire::buffer to;
  const std::string long_name(200, 'n');  // its compact length has two bytes
  produce_writer writer(to, 5, "me", 1000, 2, GetParam());
  const auto add = [&](std::int32_t partition) {
    writer.begin_partition(partition);
    auto topic = std::make_shared<batching::topic>("t", 0);
    struct final_home final : batch_home {
      void take_back(std::unique_ptr<batch>) noexcept override {}
    } home;
    batch b(home, topic, partition);
    b.append("k", true, std::string(300, 'v'), {}, nullptr, 0);
    const record_range range{&b, 0, 1};
    compressor with;
    buffer scratch;
    write_record_batch({&range, 1}, {{9, 1}, 3}, {}, with, scratch, to);
    writer.end_partition();
  };
  writer.topic("t", 2);
  add(0);
  add(4);
  writer.topic(long_name, 1);
  add(1);
  writer.finish();
  const auto read = tests::direct::read_one_request(to.view());
  EXPECT_EQ(read.version, GetParam());
  EXPECT_EQ(read.client_id, "me");
  ASSERT_EQ(read.parts.size(), 3U);
  EXPECT_EQ(read.parts[1].partition, 4);
  EXPECT_EQ(read.parts[2].topic, long_name);
  EXPECT_EQ(read.parts[2].batch.records.at(0).value, std::string(300, 'v'));
}

INSTANTIATE_TEST_SUITE_P(Versions, ProduceTest, ::testing::Values(7, 8, 9, 10, 11));

}  // namespace
}  // namespace batching::kafka::wire
