#include "batching/kafka/wire/error_code.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace batching::kafka::wire {
namespace {

TEST(ErrorCodeTest, EachCodeHasANameAndATextOfItsOwn) {
  std::set<error_code> codes;
  std::set<std::string_view> names;
  for (const error_row& row : error_table) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.text.empty()) << row.name;
  }
}

// From Kafka's protocol guide, "Error Codes".
TEST(ErrorCodeTest, NumbersAreKafkas) {
  EXPECT_EQ(static_cast<int>(error_code::unknown_server_error), -1);
  EXPECT_EQ(static_cast<int>(error_code::not_leader_or_follower), 6);
  EXPECT_EQ(static_cast<int>(error_code::not_enough_replicas_after_append), 20);
  EXPECT_EQ(static_cast<int>(error_code::cluster_authorization_failed), 31);
  EXPECT_EQ(static_cast<int>(error_code::out_of_order_sequence_number), 45);
  EXPECT_EQ(static_cast<int>(error_code::unknown_producer_id), 59);
  EXPECT_EQ(static_cast<int>(error_code::unsupported_compression_type), 76);
  EXPECT_EQ(static_cast<int>(error_code::invalid_record), 87);
  EXPECT_EQ(static_cast<int>(error_code::unknown_topic_id), 100);
}

TEST(ErrorCodeTest, IsDescribedByNameNumberAndText) {
  EXPECT_EQ(describe(error_code::not_enough_replicas),
            "not_enough_replicas (19): too few in-sync replicas, nothing was written");
  EXPECT_EQ(describe(static_cast<error_code>(4711)), "error 4711");
}

}  // namespace
}  // namespace batching::kafka::wire
