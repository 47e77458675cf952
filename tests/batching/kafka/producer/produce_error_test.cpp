#include "batching/kafka/producer/produce_error.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>

namespace batching::kafka::producer {
namespace {

using wire::error_code;

// From Kafka's protocol guide and its broker: what may come back of a Produce request, and what it says. A code that is
// not here is given by no broker for a good reason.
const std::map<error_code, produce_meaning> of_produce = {
    {error_code::none, produce_meaning::persisted},
    {error_code::duplicate_sequence_number, produce_meaning::doubtful},
    {error_code::corrupt_message, produce_meaning::corrupt},
    {error_code::not_enough_replicas, produce_meaning::retry},
    {error_code::throttling_quota_exceeded, produce_meaning::retry},
    {error_code::request_timed_out, produce_meaning::retry_written},
    {error_code::network_exception, produce_meaning::retry_written},
    {error_code::not_enough_replicas_after_append, produce_meaning::retry_written},
    {error_code::unknown_topic_or_partition, produce_meaning::retry_written},
    {error_code::leader_not_available, produce_meaning::retry_written},
    {error_code::not_leader_or_follower, produce_meaning::retry_written},
    {error_code::broker_not_available, produce_meaning::retry_written},
    {error_code::replica_not_available, produce_meaning::retry_written},
    {error_code::kafka_storage_error, produce_meaning::retry_written},
    {error_code::fenced_leader_epoch, produce_meaning::retry_written},
    {error_code::unknown_leader_epoch, produce_meaning::retry_written},
    {error_code::unknown_topic_id, produce_meaning::retry_written},
    {error_code::inconsistent_topic_id, produce_meaning::retry_written},
    {error_code::message_too_large, produce_meaning::record_refused},
    {error_code::record_list_too_large, produce_meaning::record_refused},
    {error_code::policy_violation, produce_meaning::record_refused},
    {error_code::invalid_record, produce_meaning::record_refused},
    {error_code::invalid_topic, produce_meaning::batch_refused},
    {error_code::topic_authorization_failed, produce_meaning::batch_refused},
    {error_code::cluster_authorization_failed, produce_meaning::batch_refused},
    {error_code::invalid_timestamp, produce_meaning::batch_refused},
    {error_code::invalid_required_acks, produce_meaning::batch_refused},
    {error_code::invalid_request, produce_meaning::batch_refused},
    {error_code::unsupported_version, produce_meaning::batch_refused},
    {error_code::unsupported_for_message_format, produce_meaning::batch_refused},
    {error_code::unsupported_compression_type, produce_meaning::batch_refused},
    {error_code::out_of_order_sequence_number, produce_meaning::sequence_lost},
    {error_code::invalid_producer_epoch, produce_meaning::sequence_lost},
    {error_code::invalid_producer_id_mapping, produce_meaning::sequence_lost},
    {error_code::unknown_producer_id, produce_meaning::sequence_lost},
    {error_code::producer_fenced, produce_meaning::sequence_lost},
};

const std::map<error_code, producer_id_ruling> of_producer_id = {
    {error_code::none, {producer_id_meaning::given, reason::none}},
    {error_code::cluster_authorization_failed, {producer_id_meaning::refused, reason::not_authorized}},
    {error_code::transactional_id_authorization_failed, {producer_id_meaning::refused, reason::not_authorized}},
    {error_code::unsupported_version, {producer_id_meaning::refused, reason::cluster_refused}},
    {error_code::invalid_request, {producer_id_meaning::refused, reason::cluster_refused}},
};

TEST(ProduceErrorTest, EachCodeMeansOfAProduceRequestWhatKafkaSays) {
  for (const wire::error_row& row : wire::error_table) {
    const auto expected = of_produce.find(row.code);
    const auto meaning = expected == of_produce.end() ? produce_meaning::unexpected : expected->second;
    EXPECT_EQ(meaning_for_produce(row.code).is, meaning) << wire::describe(row.code);
  }
}

TEST(ProduceErrorTest, EachCodeMeansOfInitProducerIdWhatKafkaSays) {
  for (const wire::error_row& row : wire::error_table) {
    const auto expected = of_producer_id.find(row.code);
    const auto ruling = expected == of_producer_id.end() ? producer_id_ruling{} : expected->second;
    EXPECT_EQ(meaning_for_producer_id(row.code).is, ruling.is) << wire::describe(row.code);
    EXPECT_EQ(meaning_for_producer_id(row.code).why, ruling.why) << wire::describe(row.code);
  }
}

TEST(ProduceErrorTest, NoNumberButZeroIsEverTakenForSuccess) {
  for (int e = std::numeric_limits<std::int16_t>::min(); e <= std::numeric_limits<std::int16_t>::max(); ++e) {
    const auto error = static_cast<error_code>(e);
    EXPECT_EQ(meaning_for_produce(error).is == produce_meaning::persisted, e == 0) << e;
    EXPECT_EQ(meaning_for_producer_id(error).is == producer_id_meaning::given, e == 0) << e;
  }
}

TEST(ProduceErrorTest, OnlyWhatIsWrongWithARecordIsItsFault) {
  for (const wire::error_row& row : wire::error_table) {
    const produce_ruling ruling = meaning_for_produce(row.code);
    const bool is_its_fault = ruling.why == reason::message_too_large || ruling.why == reason::kafka_refused;
    const bool is_searched = ruling.is == produce_meaning::record_refused || ruling.is == produce_meaning::corrupt;
    EXPECT_EQ(is_its_fault, is_searched) << wire::describe(row.code);
  }
}

}  // namespace
}  // namespace batching::kafka::producer
