#include "batching/librdkafka/error_map.h"

#include <gtest/gtest.h>

namespace batching::librdkafka {
namespace {

TEST(ErrorMapTest, OnlyPersistedWithoutDoubtIsPersisted) {
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_PERSISTED).fate, outcome::persisted);
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED).fate,
            outcome::possibly_persisted);
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).fate, outcome::possibly_persisted);
}

TEST(ErrorMapTest, NoErrorOfTheLibraryIsEverTakenForSuccess) {
  const rd_kafka_err_desc* all = nullptr;
  std::size_t count = 0;
  rd_kafka_get_err_descs(&all, &count);
  ASSERT_GT(count, 100U);
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i].code == RD_KAFKA_RESP_ERR_NO_ERROR || all[i].desc == nullptr) continue;
    const auto not_there = judge(all[i].code, RD_KAFKA_MSG_STATUS_NOT_PERSISTED);
    EXPECT_TRUE(not_there.fate == outcome::rejected || not_there.fate == outcome::not_persisted) << all[i].name;
    const auto unknown = judge(all[i].code, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED);
    EXPECT_EQ(unknown.fate, outcome::possibly_persisted) << all[i].name;
    EXPECT_NE(unknown.why, reason::none) << all[i].name;
  }
}

TEST(ErrorMapTest, KnowsWhatKafkaNeverSaid) {
  EXPECT_TRUE(is_local(RD_KAFKA_RESP_ERR__PURGE_QUEUE));
  EXPECT_TRUE(is_local(RD_KAFKA_RESP_ERR__FATAL));
  EXPECT_FALSE(is_local(RD_KAFKA_RESP_ERR_UNKNOWN));
  EXPECT_FALSE(is_local(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP));
}

TEST(ErrorMapTest, RejectsOnlyWhatKafkaRefusesForGood) {
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).fate, outcome::rejected);
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).why, reason::kafka_refused);
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).fate,
            outcome::not_persisted);
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).why,
            reason::not_authorized);
  // A clock is wrong, ours or the broker's: the same event is taken once it is right.
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).fate, outcome::not_persisted);
  EXPECT_EQ(judge(RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_MSG_STATUS_NOT_PERSISTED).fate, outcome::not_persisted);
}

}  // namespace
}  // namespace batching::librdkafka
