#include "batching/librdkafka/error_map.h"

namespace batching::librdkafka {
namespace {

reason why_of(rd_kafka_resp_err_t error) noexcept {
  switch (error) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE: return reason::message_too_large;
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT: return reason::kafka_refused;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return reason::topic_gone;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED: return reason::not_authorized;
    default: return reason::producer_failed;
  }
}

}  // namespace

bool is_local(rd_kafka_resp_err_t error) noexcept {
  return error > RD_KAFKA_RESP_ERR__BEGIN && error < RD_KAFKA_RESP_ERR__END;
}

bool is_refusal(rd_kafka_resp_err_t error) noexcept {
  const reason why = why_of(error);
  return why == reason::message_too_large || why == reason::kafka_refused;
}

verdict judge(rd_kafka_resp_err_t error, rd_kafka_msg_status_t status) noexcept {
  if (status == RD_KAFKA_MSG_STATUS_PERSISTED) return {outcome::persisted, reason::none};
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {outcome::possibly_persisted, reason::producer_failed};
  if (status == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED) return {outcome::possibly_persisted, why_of(error)};
  return {is_refusal(error) ? outcome::rejected : outcome::not_persisted, why_of(error)};
}

}  // namespace batching::librdkafka
