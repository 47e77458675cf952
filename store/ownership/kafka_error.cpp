#include "store/ownership/kafka_error.h"

#include <algorithm>
#include <iterator>

namespace store::ownership {
namespace {

using batching::reason;
using batching::kafka::wire::error_code;

struct coordinator_row {
  error_code error;
  answer_meaning is;
};

// Of the coordinator: it, and the transactional id, are known by it alone. Codes without a row are asked again.
// clang-format off
constexpr coordinator_row coordinator_table[] = {
  {error_code::none, answer_meaning::done},
  {error_code::coordinator_load_in_progress, answer_meaning::again_elsewhere},
  {error_code::coordinator_not_available, answer_meaning::again_elsewhere},
  {error_code::not_coordinator, answer_meaning::again_elsewhere},
  {error_code::invalid_producer_epoch, answer_meaning::overtaken},
  {error_code::producer_fenced, answer_meaning::overtaken},
  {error_code::transaction_coordinator_fenced, answer_meaning::again_elsewhere},
  {error_code::invalid_producer_id_mapping, answer_meaning::forgotten},
  {error_code::transactional_id_not_found, answer_meaning::forgotten},
  {error_code::unknown_producer_id, answer_meaning::forgotten},
  {error_code::invalid_txn_state, answer_meaning::forgotten},
  {error_code::transactional_id_authorization_failed, answer_meaning::not_authorized},
  {error_code::topic_authorization_failed, answer_meaning::not_authorized},
  {error_code::cluster_authorization_failed, answer_meaning::not_authorized},
  {error_code::invalid_transaction_timeout, answer_meaning::refused},
  {error_code::unsupported_version, answer_meaning::refused},
  {error_code::invalid_request, answer_meaning::refused},
  {error_code::invalid_topic, answer_meaning::refused},
};

// Of the leader. 78 and 5: a new leader does not know yet where its log ends, which hides records that were acknowledged.
constexpr coordinator_row leader_table[] = {
  {error_code::none, answer_meaning::done},
  {error_code::unknown_topic_or_partition, answer_meaning::again_elsewhere},
  {error_code::leader_not_available, answer_meaning::again_elsewhere},
  {error_code::not_leader_or_follower, answer_meaning::again_elsewhere},
  {error_code::replica_not_available, answer_meaning::again_elsewhere},
  {error_code::kafka_storage_error, answer_meaning::again_elsewhere},
  {error_code::fenced_leader_epoch, answer_meaning::again_elsewhere},
  {error_code::unknown_leader_epoch, answer_meaning::again_elsewhere},
  {error_code::offset_not_available, answer_meaning::again},
  {error_code::invalid_producer_epoch, answer_meaning::overtaken},
  {error_code::producer_fenced, answer_meaning::overtaken},
  {error_code::topic_authorization_failed, answer_meaning::not_authorized},
  {error_code::cluster_authorization_failed, answer_meaning::not_authorized},
  {error_code::unsupported_for_message_format, answer_meaning::refused},
  {error_code::unsupported_version, answer_meaning::refused},
  {error_code::invalid_request, answer_meaning::refused},
  {error_code::policy_violation, answer_meaning::refused},
  {error_code::invalid_record, answer_meaning::refused},
};

struct append_row {
  error_code error;
  append_ruling ruling;
};

constexpr append_row append_table[] = {
  {error_code::none, {append_meaning::persisted, reason::none}},
  {error_code::not_enough_replicas, {append_meaning::again}},
  {error_code::throttling_quota_exceeded, {append_meaning::again}},
  {error_code::corrupt_message, {append_meaning::again}},
  {error_code::request_timed_out, {append_meaning::again_doubtful}},
  {error_code::network_exception, {append_meaning::again_doubtful}},
  {error_code::not_enough_replicas_after_append, {append_meaning::again_doubtful}},
  {error_code::unknown_topic_or_partition, {append_meaning::again_doubtful, reason::topic_gone, true}},
  {error_code::leader_not_available, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::not_leader_or_follower, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::broker_not_available, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::replica_not_available, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::kafka_storage_error, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::fenced_leader_epoch, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::unknown_leader_epoch, {append_meaning::again_doubtful, reason::producer_failed, true}},
  {error_code::invalid_producer_epoch, {append_meaning::fenced}},
  {error_code::producer_fenced, {append_meaning::fenced}},
  {error_code::out_of_order_sequence_number, {append_meaning::sequence_broken}},
  {error_code::duplicate_sequence_number, {append_meaning::sequence_broken}},
  {error_code::unknown_producer_id, {append_meaning::sequence_broken}},
  {error_code::invalid_producer_id_mapping, {append_meaning::sequence_broken}},
  {error_code::invalid_txn_state, {append_meaning::sequence_broken}},
  {error_code::message_too_large, {append_meaning::record_refused, reason::message_too_large}},
  {error_code::record_list_too_large, {append_meaning::record_refused, reason::message_too_large}},
  {error_code::policy_violation, {append_meaning::record_refused, reason::kafka_refused}},
  {error_code::invalid_record, {append_meaning::record_refused, reason::kafka_refused}},
  {error_code::invalid_topic, {append_meaning::batch_refused, reason::topic_gone}},
  {error_code::topic_authorization_failed, {append_meaning::batch_refused, reason::not_authorized}},
  {error_code::cluster_authorization_failed, {append_meaning::batch_refused, reason::not_authorized}},
  {error_code::invalid_timestamp, {append_meaning::batch_refused, reason::cluster_refused}},
  {error_code::invalid_required_acks, {append_meaning::batch_refused, reason::cluster_refused}},
  {error_code::invalid_request, {append_meaning::batch_refused, reason::cluster_refused}},
  {error_code::unsupported_version, {append_meaning::batch_refused, reason::cluster_refused}},
  {error_code::unsupported_for_message_format, {append_meaning::batch_refused, reason::cluster_refused}},
  {error_code::unsupported_compression_type, {append_meaning::batch_refused, reason::cluster_refused}},
};
// clang-format on

template <typename Table>
[[nodiscard]] const auto* row_of(const Table& table, error_code error) noexcept {
  const auto* const found = std::ranges::find_if(table, [error](const auto& row) { return row.error == error; });
  return found == std::end(table) ? nullptr : found;
}

}  // namespace

answer_meaning meaning_of(question asked, error_code error) noexcept {
  if (asked == question::list_offsets || asked == question::fence_other) {
    const auto* const row = row_of(leader_table, error);
    return row != nullptr ? row->is : answer_meaning::again;
  }
  // An earlier end is still being carried out: the marker is on its way.
  if (asked == question::end_transaction && error == error_code::concurrent_transactions) return answer_meaning::done;
  if (asked == question::end_transaction && error == error_code::invalid_txn_state) return answer_meaning::not_open;
  if (asked == question::find_coordinator && error != error_code::none) {
    const auto* const row = row_of(coordinator_table, error);
    return row != nullptr && row->is != answer_meaning::again_elsewhere ? row->is : answer_meaning::again;
  }
  const auto* const row = row_of(coordinator_table, error);
  return row != nullptr ? row->is : answer_meaning::again;
}

append_ruling meaning_of_append(error_code error) noexcept {
  const auto* const row = row_of(append_table, error);
  return row != nullptr ? row->ruling : append_ruling{};
}

}  // namespace store::ownership
