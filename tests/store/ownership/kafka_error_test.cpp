#include "store/ownership/kafka_error.h"

#include <gtest/gtest.h>

namespace store::ownership {
namespace {

using batching::kafka::wire::error_code;
using enum answer_meaning;

struct row {
  question asked;
  error_code error;
  answer_meaning is;
};

// Each of them was seen on a real Kafka, or stands in its source.
TEST(KafkaErrorTest, SaysWhatToDoNext) {
  const row rows[] = {
      {question::find_coordinator, error_code::none, done},
      {question::find_coordinator, error_code::coordinator_not_available, again},
      {question::find_coordinator, error_code::transactional_id_authorization_failed, not_authorized},
      {question::init_producer, error_code::concurrent_transactions, again},
      {question::init_producer, error_code::not_coordinator, again_elsewhere},
      {question::init_producer, error_code::coordinator_load_in_progress, again_elsewhere},
      {question::init_producer, error_code::invalid_transaction_timeout, refused},
      {question::list_offsets, error_code::offset_not_available, again},
      {question::list_offsets, error_code::leader_not_available, again_elsewhere},
      {question::list_offsets, error_code::not_leader_or_follower, again_elsewhere},
      {question::add_partition, error_code::producer_fenced, overtaken},
      {question::add_partition, error_code::invalid_producer_epoch, overtaken},
      {question::add_partition, error_code::invalid_producer_id_mapping, forgotten},
      {question::add_partition, error_code::topic_authorization_failed, not_authorized},
      {question::add_partition, error_code::concurrent_transactions, again},
      {question::end_transaction, error_code::concurrent_transactions, done},
      {question::end_transaction, error_code::invalid_txn_state, not_open},
      {question::end_transaction, error_code::invalid_producer_epoch, overtaken},
      {question::fence_other, error_code::invalid_producer_epoch, overtaken},
      {question::fence_other, error_code::not_enough_replicas, again},
  };
  for (const row& r : rows)
    EXPECT_EQ(meaning_of(r.asked, r.error), r.is)
        << static_cast<int>(r.asked) << " " << batching::kafka::wire::describe(r.error);
}

TEST(KafkaErrorTest, AnUnknownErrorIsAskedAgainAndAnAppendWithOneIsInDoubt) {
  const auto unknown = static_cast<error_code>(4711);
  for (int q = 1; q <= static_cast<int>(question::fence_other); ++q)
    EXPECT_EQ(meaning_of(static_cast<question>(q), unknown), again);
  EXPECT_EQ(meaning_of_append(unknown).is, append_meaning::again_doubtful);
}

TEST(KafkaErrorTest, TellsWrittenFromNotWritten) {
  EXPECT_EQ(meaning_of_append(error_code::none).is, append_meaning::persisted);
  EXPECT_EQ(meaning_of_append(error_code::not_enough_replicas).is, append_meaning::again);
  EXPECT_EQ(meaning_of_append(error_code::not_enough_replicas_after_append).is, append_meaning::again_doubtful);
  EXPECT_EQ(meaning_of_append(error_code::invalid_producer_epoch).is, append_meaning::fenced);
  EXPECT_EQ(meaning_of_append(error_code::out_of_order_sequence_number).is, append_meaning::sequence_broken);
  EXPECT_EQ(meaning_of_append(error_code::message_too_large).why, batching::reason::message_too_large);
  EXPECT_TRUE(meaning_of_append(error_code::not_leader_or_follower).leader_is_stale);
}

}  // namespace
}  // namespace store::ownership
