#include "batching/kafka/producer/produce_error.h"

#include <algorithm>
#include <iterator>

namespace batching::kafka::producer {
namespace {

struct row {
  std::int16_t error;
  produce_ruling ruling;
};

// A leader that is relieved says NOT_LEADER_OR_FOLLOWER also of what it has written and the next leader may have; a
// request for too few replicas is refused before it is written (19) or after (20).
// clang-format off
constexpr row table[] = {
  {0, {verdict::persisted, reason::none}},
  {46, {verdict::doubtful}},                  // DUPLICATE_SEQUENCE_NUMBER
  {2, {verdict::retry}},                                     // CORRUPT_MESSAGE: on its way to the broker
  {19, {verdict::retry}},                                    // NOT_ENOUGH_REPLICAS
  {89, {verdict::retry}},                                    // THROTTLING_QUOTA_EXCEEDED
  {7, {verdict::retry_written}},                             // REQUEST_TIMED_OUT
  {13, {verdict::retry_written}},                            // NETWORK_EXCEPTION
  {20, {verdict::retry_written}},                            // NOT_ENOUGH_REPLICAS_AFTER_APPEND
  {3, {verdict::retry_written, reason::topic_gone, true}},   // UNKNOWN_TOPIC_OR_PARTITION
  {5, {verdict::retry_written, reason::producer_failed, true}},    // LEADER_NOT_AVAILABLE
  {6, {verdict::retry_written, reason::producer_failed, true}},    // NOT_LEADER_OR_FOLLOWER
  {8, {verdict::retry_written, reason::producer_failed, true}},    // BROKER_NOT_AVAILABLE
  {9, {verdict::retry_written, reason::producer_failed, true}},    // REPLICA_NOT_AVAILABLE
  {56, {verdict::retry_written, reason::producer_failed, true}},   // KAFKA_STORAGE_ERROR
  {74, {verdict::retry_written, reason::producer_failed, true}},   // FENCED_LEADER_EPOCH
  {75, {verdict::retry_written, reason::producer_failed, true}},   // UNKNOWN_LEADER_EPOCH
  {100, {verdict::retry_written, reason::topic_gone, true}},       // UNKNOWN_TOPIC_ID
  {10, {verdict::refused, reason::message_too_large}},       // MESSAGE_TOO_LARGE
  {18, {verdict::refused, reason::message_too_large}},       // RECORD_LIST_TOO_LARGE
  {17, {verdict::refused, reason::topic_gone}},              // INVALID_TOPIC_EXCEPTION
  {29, {verdict::refused, reason::not_authorized}},          // TOPIC_AUTHORIZATION_FAILED
  {31, {verdict::refused, reason::not_authorized}},          // CLUSTER_AUTHORIZATION_FAILED
  {32, {verdict::refused, reason::producer_failed}},         // INVALID_TIMESTAMP: a clock is wrong, not the event
  {35, {verdict::refused, reason::kafka_refused}},           // UNSUPPORTED_VERSION
  {43, {verdict::refused, reason::kafka_refused}},           // UNSUPPORTED_FOR_MESSAGE_FORMAT
  {44, {verdict::refused, reason::kafka_refused}},           // POLICY_VIOLATION
  {76, {verdict::refused, reason::kafka_refused}},           // UNSUPPORTED_COMPRESSION_TYPE
  {87, {verdict::refused, reason::kafka_refused}},           // INVALID_RECORD
  {45, {verdict::sequence_lost}},                            // OUT_OF_ORDER_SEQUENCE_NUMBER
  {47, {verdict::sequence_lost}},                            // INVALID_PRODUCER_EPOCH
  {49, {verdict::sequence_lost}},                            // INVALID_PRODUCER_ID_MAPPING
  {59, {verdict::sequence_lost}},                            // UNKNOWN_PRODUCER_ID
  {90, {verdict::sequence_lost}},                            // PRODUCER_FENCED
};
// clang-format on

}  // namespace

produce_ruling rule(std::int16_t error) noexcept {
  const auto found = std::ranges::find(table, error, &row::error);
  return found == std::end(table) ? produce_ruling{} : found->ruling;
}

bool is_hopeless(reason why) noexcept { return why == reason::message_too_large || why == reason::kafka_refused; }

}  // namespace batching::kafka::producer
