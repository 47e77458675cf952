// Requests against bytes laid out by hand from the protocol guide; answers cut at each byte.
#include "batching/kafka/wire/fetch_requests.h"

#include <gtest/gtest.h>

#include <string>

namespace batching::kafka::wire {
namespace {

using namespace std::string_literals;

constexpr request_id id{0x01020304, "hg"};
const std::string head_end = "\x01\x02\x03\x04\0\2hg"s;
const std::string minus_1_of_4 = "\xff\xff\xff\xff"s;
const std::string minus_1_of_8 = minus_1_of_4 + minus_1_of_4;

std::string number(std::int64_t n, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(n >> (8 * i));
  return out;
}
std::string sized(const std::string& body) { return number(static_cast<std::int64_t>(body.size()), 4) + body; }
std::string text(const std::string& t) { return number(static_cast<std::int64_t>(t.size()), 2) + t; }

TEST(FetchRequestsTest, AsksWhereALogEnds) {
  buffer to;
  write_list_offsets(to, id, "top", 5, log_end::latest);
  EXPECT_EQ(to.view(), sized("\0\2\0\5"s + head_end + minus_1_of_4 + "\0"s + number(1, 4) + text("top") + number(1, 4) +
                             number(5, 4) + minus_1_of_4 + minus_1_of_8));
}

TEST(FetchRequestsTest, ReadsWhereALogEnds) {
  const std::string whole = number(1, 4) + number(0, 4) + number(1, 4) + text("top") + number(1, 4) + number(5, 4) +
                            number(0, 2) + minus_1_of_8 + number(77, 8) + number(3, 4);
  const auto answer = read_list_offsets(whole);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error, error_code::none);
  EXPECT_EQ(answer->offset, 77);
  for (std::size_t cut = 0; cut < whole.size() - 4; ++cut)
    EXPECT_FALSE(read_list_offsets(std::string_view(whole).substr(0, cut))) << cut;
}

TEST(FetchRequestsTest, FetchesPartitionsOfSeveralTopics) {
  buffer to;
  const fetch_partition partitions[] = {{"a", 1, 10}, {"a", 2, 20}, {"b", 0, 30}};
  write_fetch(to, id, partitions, {std::chrono::milliseconds(100), 1000, 500});
  const auto part = [](int partition, int from) {
    return number(partition, 4) + minus_1_of_4 + number(from, 8) + minus_1_of_8 + number(500, 4);
  };
  EXPECT_EQ(to.view(),
            sized("\0\1\0\x0b"s + head_end + minus_1_of_4 + number(100, 4) + number(1, 4) + number(1000, 4) + "\0"s +
                  number(0, 4) + minus_1_of_4 + number(2, 4) + text("a") + number(2, 4) + part(1, 10) + part(2, 20) +
                  text("b") + number(1, 4) + part(0, 30) + number(0, 4) + text("")));
}

std::string partition_answer(int partition, error_code error, const std::string& records, int aborted = -1) {
  std::string out = number(partition, 4) + number(static_cast<std::int16_t>(error), 2) + number(99, 8) + number(98, 8) +
                    number(3, 8) + number(aborted, 4);
  for (int i = 0; i < aborted; ++i) out += number(7, 8) + number(8, 8);
  return out + minus_1_of_4 + sized(records);
}
std::string fetch_answer_of(const std::string& topics) {
  return number(1, 4) + number(0, 4) + number(0, 2) + number(0, 4) + topics;
}

TEST(FetchRequestsTest, ReadsEachPartitionOfAnAnswer) {
  const std::string whole =
      fetch_answer_of(number(2, 4) + text("a") + number(2, 4) + partition_answer(1, error_code::none, "records", 2) +
                      partition_answer(2, error_code::offset_out_of_range, "") + text("b") + number(1, 4) +
                      partition_answer(0, error_code::none, "more"));
  fetch_reader reader(whole);
  fetch_answer answer;
  ASSERT_TRUE(reader.next(answer));
  EXPECT_EQ(answer.topic, "a");
  EXPECT_EQ(answer.partition, 1);
  EXPECT_EQ(answer.end_offset, 99);
  EXPECT_EQ(answer.start_offset, 3);
  EXPECT_EQ(answer.record_batches, "records");
  ASSERT_TRUE(reader.next(answer));
  EXPECT_EQ(answer.error, error_code::offset_out_of_range);
  ASSERT_TRUE(reader.next(answer));
  EXPECT_EQ(answer.topic, "b");
  EXPECT_EQ(answer.record_batches, "more");
  EXPECT_FALSE(reader.next(answer));
  EXPECT_TRUE(reader.is_whole());
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    fetch_reader of_less(std::string_view(whole).substr(0, cut));
    while (of_less.next(answer)) {
    }
    EXPECT_FALSE(of_less.is_whole()) << cut;
  }
}

TEST(FetchRequestsTest, AnErrorOfTheWholeAnswerAndImpossibleCountsAreSeen) {
  fetch_reader refused(number(1, 4) + number(0, 4) + number(87, 2) + number(0, 4) + number(0, 4));
  EXPECT_EQ(refused.error(), error_code::invalid_record);
  fetch_answer answer;
  const std::string many_topics = fetch_answer_of(number(0x7fffffff, 4) + text("a") + number(0x7fffffff, 4));
  fetch_reader reader(many_topics);
  EXPECT_FALSE(reader.next(answer));
  EXPECT_FALSE(reader.is_whole());
  std::string many_aborted = fetch_answer_of(number(1, 4) + text("a") + number(1, 4));
  many_aborted += number(0, 4) + number(0, 2) + std::string(24, '\0') + number(0x7fffffff, 4) + std::string(100, '\0');
  fetch_reader of_aborted(many_aborted);
  EXPECT_FALSE(of_aborted.next(answer));
  EXPECT_FALSE(of_aborted.is_whole());
}

}  // namespace
}  // namespace batching::kafka::wire
