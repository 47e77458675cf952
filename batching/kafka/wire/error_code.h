// Kafka's error codes by name: what a broker answers instead of doing what it was asked. Source: Kafka's protocol
// guide, "Error Codes". Names and texts stand once, in the table below; a code that newer brokers add has no row and is
// printed as its number. The meaning of a code for a request is told where that request is answered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace batching::kafka::wire {

// X(name, number, text for log lines)
// clang-format off
#define HEADGATE_KAFKA_ERRORS(X) \
  X(none, 0, "no error") \
  X(unknown_server_error, -1, "the broker met an error that it does not name") \
  X(offset_out_of_range, 1, "no such offset in the log") \
  X(corrupt_message, 2, "a record batch whose checksum or form is wrong") \
  X(unknown_topic_or_partition, 3, "this broker has no such topic or partition") \
  X(invalid_fetch_size, 4, "a fetch of an impossible size") \
  X(leader_not_available, 5, "the partition has no leader at the moment") \
  X(not_leader_or_follower, 6, "another broker leads the partition") \
  X(request_timed_out, 7, "the request was not done in its time") \
  X(broker_not_available, 8, "the broker is not there") \
  X(replica_not_available, 9, "the replica is not there") \
  X(message_too_large, 10, "larger than max.message.bytes") \
  X(stale_controller_epoch, 11, "an older controller speaks") \
  X(offset_metadata_too_large, 12, "too much text beside an offset") \
  X(network_exception, 13, "the broker's connection to another was lost") \
  X(coordinator_load_in_progress, 14, "the coordinator is loading") \
  X(coordinator_not_available, 15, "there is no coordinator at the moment") \
  X(not_coordinator, 16, "another broker is the coordinator") \
  X(invalid_topic, 17, "not a topic that can be written") \
  X(record_list_too_large, 18, "larger than a segment of the log") \
  X(not_enough_replicas, 19, "too few in-sync replicas, nothing was written") \
  X(not_enough_replicas_after_append, 20, "too few in-sync replicas, after it was written") \
  X(invalid_required_acks, 21, "acks is neither 0, 1 nor all") \
  X(illegal_generation, 22, "the group's generation is another") \
  X(inconsistent_group_protocol, 23, "the group speaks another protocol") \
  X(invalid_group_id, 24, "not a group id") \
  X(unknown_member_id, 25, "the group has no such member") \
  X(invalid_session_timeout, 26, "a session timeout out of bounds") \
  X(rebalance_in_progress, 27, "the group is rebalancing") \
  X(invalid_commit_offset_size, 28, "too large an offset commit") \
  X(topic_authorization_failed, 29, "not allowed for this topic") \
  X(group_authorization_failed, 30, "not allowed for this group") \
  X(cluster_authorization_failed, 31, "not allowed in this cluster") \
  X(invalid_timestamp, 32, "a timestamp out of bounds") \
  X(unsupported_sasl_mechanism, 33, "not a login mechanism of this broker") \
  X(illegal_sasl_state, 34, "not the login step that was due") \
  X(unsupported_version, 35, "the broker does not know this version of the request") \
  X(topic_already_exists, 36, "the topic exists") \
  X(invalid_partitions, 37, "not a number of partitions") \
  X(invalid_replication_factor, 38, "not a replication factor") \
  X(invalid_replica_assignment, 39, "not an assignment of replicas") \
  X(invalid_config, 40, "not a setting of a topic") \
  X(not_controller, 41, "another broker is the controller") \
  X(invalid_request, 42, "the request contradicts itself or the protocol") \
  X(unsupported_for_message_format, 43, "the log's message format cannot do this") \
  X(policy_violation, 44, "refused by a policy of the broker") \
  X(out_of_order_sequence_number, 45, "a gap in the producer's sequence") \
  X(duplicate_sequence_number, 46, "a sequence that the broker has had, too long ago") \
  X(invalid_producer_epoch, 47, "the producer id has a newer epoch") \
  X(invalid_txn_state, 48, "not the transaction's state") \
  X(invalid_producer_id_mapping, 49, "the producer id belongs to no transactional id") \
  X(invalid_transaction_timeout, 50, "a transaction timeout out of bounds") \
  X(concurrent_transactions, 51, "an earlier transaction is still being ended") \
  X(transaction_coordinator_fenced, 52, "an older transaction coordinator") \
  X(transactional_id_authorization_failed, 53, "not allowed for this transactional id") \
  X(security_disabled, 54, "the broker has no authorizer") \
  X(operation_not_attempted, 55, "not tried, because something else in the request failed") \
  X(kafka_storage_error, 56, "a disk of the broker failed") \
  X(log_dir_not_found, 57, "no such log directory") \
  X(sasl_authentication_failed, 58, "the login was refused") \
  X(unknown_producer_id, 59, "the broker knows nothing of this producer any more") \
  X(reassignment_in_progress, 60, "the partition is being moved") \
  X(delegation_token_auth_disabled, 61, "delegation tokens are off") \
  X(delegation_token_not_found, 62, "no such delegation token") \
  X(delegation_token_owner_mismatch, 63, "another owner's delegation token") \
  X(delegation_token_request_not_allowed, 64, "not over this connection") \
  X(delegation_token_authorization_failed, 65, "not allowed for this delegation token") \
  X(delegation_token_expired, 66, "the delegation token has expired") \
  X(invalid_principal_type, 67, "not a principal type") \
  X(non_empty_group, 68, "the group has members") \
  X(group_id_not_found, 69, "no such group") \
  X(fetch_session_id_not_found, 70, "no such fetch session") \
  X(invalid_fetch_session_epoch, 71, "not the fetch session's epoch") \
  X(listener_not_found, 72, "the leader has no such listener") \
  X(topic_deletion_disabled, 73, "topics cannot be deleted") \
  X(fenced_leader_epoch, 74, "a leader epoch that is older than the broker's") \
  X(unknown_leader_epoch, 75, "a leader epoch that is newer than the broker's") \
  X(unsupported_compression_type, 76, "the broker does not take this codec") \
  X(stale_broker_epoch, 77, "an older broker speaks") \
  X(offset_not_available, 78, "the leader has not caught up with its own offsets") \
  X(member_id_required, 79, "the group wants a member id first") \
  X(preferred_leader_not_available, 80, "the preferred leader is not there") \
  X(group_max_size_reached, 81, "the group is full") \
  X(fenced_instance_id, 82, "another member has this instance id") \
  X(eligible_leaders_not_available, 83, "no replica may lead") \
  X(election_not_needed, 84, "the leader stays") \
  X(no_reassignment_in_progress, 85, "nothing is being moved") \
  X(group_subscribed_to_topic, 86, "the group reads the topic") \
  X(invalid_record, 87, "refused by a check of the broker") \
  X(unstable_offset_commit, 88, "an offset is being committed") \
  X(throttling_quota_exceeded, 89, "beyond a quota") \
  X(producer_fenced, 90, "a newer producer has taken over") \
  X(resource_not_found, 91, "no such resource") \
  X(duplicate_resource, 92, "the resource exists") \
  X(unacceptable_credential, 93, "not a credential that can be kept") \
  X(inconsistent_voter_set, 94, "voters differ") \
  X(invalid_update_version, 95, "not the feature's version") \
  X(feature_update_failed, 96, "the feature was not changed") \
  X(principal_deserialization_failure, 97, "a forwarded principal that cannot be read") \
  X(snapshot_not_found, 98, "no such snapshot") \
  X(position_out_of_range, 99, "no such position in a snapshot") \
  X(unknown_topic_id, 100, "no topic has this id") \
  X(duplicate_broker_registration, 101, "the broker id is taken") \
  X(broker_id_not_registered, 102, "the broker id is not registered") \
  X(inconsistent_topic_id, 103, "another topic has this name now") \
  X(inconsistent_cluster_id, 104, "another cluster") \
  X(transactional_id_not_found, 105, "no such transactional id") \
  X(fetch_session_topic_id_error, 106, "the fetch session knows the topic otherwise") \
  X(ineligible_replica, 107, "the replica may not join") \
  X(new_leader_elected, 108, "the partition got another leader")
// clang-format on

enum class error_code : std::int16_t {
#define HEADGATE_KAFKA_ERROR(name, number, text) name = (number),
  HEADGATE_KAFKA_ERRORS(HEADGATE_KAFKA_ERROR)
#undef HEADGATE_KAFKA_ERROR
};

struct error_row {
  error_code code;
  std::string_view name;
  std::string_view text;
};

/// Every code that has a name.
inline constexpr error_row error_table[] = {
#define HEADGATE_KAFKA_ERROR(name, number, text) {error_code::name, #name, text},
    HEADGATE_KAFKA_ERRORS(HEADGATE_KAFKA_ERROR)
#undef HEADGATE_KAFKA_ERROR
};
#undef HEADGATE_KAFKA_ERRORS

/// For log lines: "not_enough_replicas (19): too few in-sync replicas, nothing was written".
[[nodiscard]] std::string describe(error_code code);

}  // namespace batching::kafka::wire
