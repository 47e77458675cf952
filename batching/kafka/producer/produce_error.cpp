#include "batching/kafka/producer/produce_error.h"

#include <algorithm>
#include <iterator>

namespace batching::kafka::producer {
namespace {

using wire::error_code;
using enum produce_meaning;

struct produce_row {
  error_code error;
  produce_ruling ruling;
};

// A demoted leader says not_leader_or_follower also of what it has written and the next leader may have; a request for
// too few replicas is refused before it is written (19) or after (20). Codes without a row are `unexpected`.
// clang-format off
constexpr produce_row produce_table[] = {
  {error_code::none, {persisted, reason::none}},
  {error_code::duplicate_sequence_number, {doubtful}},
  {error_code::corrupt_message, {corrupt, reason::kafka_refused}},  // also, up to 2.3, of a null key in a compacted topic
  {error_code::not_enough_replicas, {retry}},
  {error_code::throttling_quota_exceeded, {retry}},
  {error_code::request_timed_out, {retry_written}},
  {error_code::network_exception, {retry_written}},
  {error_code::not_enough_replicas_after_append, {retry_written}},
  {error_code::unknown_topic_or_partition, {retry_written, reason::topic_gone, true}},
  {error_code::leader_not_available, {retry_written, reason::producer_failed, true}},
  {error_code::not_leader_or_follower, {retry_written, reason::producer_failed, true}},
  {error_code::broker_not_available, {retry_written, reason::producer_failed, true}},
  {error_code::replica_not_available, {retry_written, reason::producer_failed, true}},
  {error_code::kafka_storage_error, {retry_written, reason::producer_failed, true}},
  {error_code::fenced_leader_epoch, {retry_written, reason::producer_failed, true}},
  {error_code::unknown_leader_epoch, {retry_written, reason::producer_failed, true}},
  {error_code::unknown_topic_id, {retry_written, reason::topic_gone, true}},
  {error_code::inconsistent_topic_id, {retry_written, reason::topic_gone, true}},
  {error_code::message_too_large, {record_refused, reason::message_too_large}},
  {error_code::record_list_too_large, {record_refused, reason::message_too_large}},
  {error_code::policy_violation, {record_refused, reason::kafka_refused}},
  {error_code::invalid_record, {record_refused, reason::kafka_refused}},
  {error_code::invalid_topic, {batch_refused, reason::topic_gone}},
  {error_code::topic_authorization_failed, {batch_refused, reason::not_authorized}},
  {error_code::cluster_authorization_failed, {batch_refused, reason::not_authorized}},
  {error_code::invalid_timestamp, {batch_refused, reason::cluster_refused}},  // a clock is wrong, not the event
  {error_code::invalid_required_acks, {batch_refused, reason::cluster_refused}},
  {error_code::invalid_request, {batch_refused, reason::cluster_refused}},
  {error_code::unsupported_version, {batch_refused, reason::cluster_refused}},
  {error_code::unsupported_for_message_format, {batch_refused, reason::cluster_refused}},
  {error_code::unsupported_compression_type, {batch_refused, reason::cluster_refused}},
  {error_code::out_of_order_sequence_number, {sequence_lost}},
  {error_code::invalid_producer_epoch, {sequence_lost}},
  {error_code::invalid_producer_id_mapping, {sequence_lost}},
  {error_code::unknown_producer_id, {sequence_lost}},
  {error_code::producer_fenced, {sequence_lost}},
};

struct producer_id_row {
  error_code error;
  producer_id_ruling ruling;
};

constexpr producer_id_row producer_id_table[] = {
  {error_code::none, {producer_id_meaning::given, reason::none}},
  {error_code::cluster_authorization_failed, {producer_id_meaning::refused, reason::not_authorized}},
  {error_code::transactional_id_authorization_failed, {producer_id_meaning::refused, reason::not_authorized}},
  {error_code::unsupported_version, {producer_id_meaning::refused, reason::cluster_refused}},
  {error_code::invalid_request, {producer_id_meaning::refused, reason::cluster_refused}},
};
// clang-format on

template <typename Table>
[[nodiscard]] auto look_up(const Table& table, error_code error) noexcept {
  const auto found = std::ranges::find_if(table, [error](const auto& row) { return row.error == error; });
  return found == std::end(table) ? decltype(found->ruling){} : found->ruling;
}

}  // namespace

produce_ruling meaning_for_produce(error_code error) noexcept { return look_up(produce_table, error); }

producer_id_ruling meaning_for_producer_id(error_code error) noexcept { return look_up(producer_id_table, error); }

}  // namespace batching::kafka::producer
