// Requests against bytes laid out by hand from the protocol guide; answers cut at each byte.
#include "batching/kafka/wire/transaction_requests.h"

#include <gtest/gtest.h>

#include <string>

#include "batching/kafka/wire/protocol.h"

namespace batching::kafka::wire {
namespace {

using namespace std::string_literals;

constexpr request_id id{0x01020304, "hg"};
const std::string head_end = "\x01\x02\x03\x04\0\2hg"s;  // correlation, client id
const std::string txn = "\0\3t/0"s;
const std::string producer = "\0\0\0\0\0\0\0\x09\0\x07"s;  // id 9, epoch 7

std::string sized(const std::string& body) { return "\0\0\0"s + static_cast<char>(body.size()) + body; }

TEST(TransactionRequestsTest, AsksForTheCoordinatorOfATransactionalId) {
  buffer to;
  write_find_coordinator(to, id, "t/0");
  EXPECT_EQ(to.view(), sized("\0\x0a\0\2"s + head_end + txn + "\1"s));
}

TEST(TransactionRequestsTest, AsksForAProducerOfATransactionalId) {
  buffer to;
  write_init_transactional_id(to, id, "t/0", std::chrono::milliseconds(60'000));
  EXPECT_EQ(to.view(), sized("\0\x16\0\1"s + head_end + txn + "\0\0\xea\x60"s));
}

TEST(TransactionRequestsTest, AddsOnePartition) {
  buffer to;
  write_add_partition(to, id, {"t/0", {9, 7}}, "top", 5);
  EXPECT_EQ(to.view(), sized("\0\x18\0\2"s + head_end + txn + producer + "\0\0\0\1\0\3top\0\0\0\1\0\0\0\5"s));
}

TEST(TransactionRequestsTest, AbortsInAVersionThatKeepsTheEpoch) {
  buffer to;
  write_abort_transaction(to, id, {"t/0", {9, 7}});
  EXPECT_EQ(to.view(), sized("\0\x1a\0\2"s + head_end + txn + producer + "\0"s));
}

const std::string answer_head = "\0\0\0\1\0\0\0\0"s;  // correlation, throttle time

TEST(TransactionRequestsTest, ReadsWhereTheCoordinatorIs) {
  const std::string whole = answer_head + "\0\0\xff\xff\0\0\0\2\0\4host\0\0\x23\x84"s;
  const auto answer = read_find_coordinator(whole);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error, error_code::none);
  EXPECT_EQ(answer->broker, 2);
  EXPECT_EQ(answer->host, "host");
  EXPECT_EQ(answer->port, 9092);
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_FALSE(read_find_coordinator(std::string_view(whole).substr(0, cut))) << cut;
}

TEST(TransactionRequestsTest, ReadsThatThereIsNoCoordinator) {
  const auto answer = read_find_coordinator(answer_head + "\0\x0f\0\2no\xff\xff\xff\xff\0\0\xff\xff\xff\xff"s);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error, error_code::coordinator_not_available);
  EXPECT_EQ(answer->broker, -1);
}

TEST(TransactionRequestsTest, ReadsTheErrorOfTheOnePartition) {
  const std::string whole = answer_head + "\0\0\0\1\0\3top\0\0\0\1\0\0\0\5\0\x5a"s;
  EXPECT_EQ(read_add_partition(whole), error_code::producer_fenced);
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_FALSE(read_add_partition(std::string_view(whole).substr(0, cut))) << cut;
  EXPECT_FALSE(read_add_partition(answer_head + "\0\0\0\0"s)) << "no partition";
  EXPECT_FALSE(read_add_partition(answer_head + "\x7f\xff\xff\xff\0\3top"s)) << "more than there are";
}

TEST(TransactionRequestsTest, ReadsTheErrorOfAnEnd) {
  const std::string whole = answer_head + "\0\x33"s;
  EXPECT_EQ(read_abort_transaction(whole), error_code::concurrent_transactions);
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_FALSE(read_abort_transaction(std::string_view(whole).substr(0, cut))) << cut;
}

}  // namespace
}  // namespace batching::kafka::wire
