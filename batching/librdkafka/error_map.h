// Maps librdkafka's word on one message to our word on one record. Pure; the tests walk every error of the library.
#pragma once

#include <librdkafka/rdkafka.h>

#include "batching/outcome.h"

namespace batching::librdkafka {

struct verdict {
  outcome fate = outcome::possibly_persisted;
  reason why = reason::producer_failed;
};

/// Success is "no error and persisted", or an error that Kafka raised for a copy of what it already has.
[[nodiscard]] verdict judge(rd_kafka_resp_err_t error, rd_kafka_msg_status_t status) noexcept;

/// Raised by librdkafka itself, not by Kafka.
[[nodiscard]] bool is_local(rd_kafka_resp_err_t error) noexcept;

/// Errors with which Kafka refuses a record for good, whoever sends it: the same event will never succeed.
[[nodiscard]] bool is_refusal(rd_kafka_resp_err_t error) noexcept;

}  // namespace batching::librdkafka
