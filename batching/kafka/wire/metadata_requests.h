// Metadata 7 and 8: brokers with their advertised addresses, topics with their leaders and, from 8 on, what this login
// may do with them. Sans-I/O. Source: Kafka's protocol guide. Every broker since 2.1 takes 7, since 2.3 takes 8.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/error_code.h"
#include "batching/kafka/wire/transaction_requests.h"

namespace batching::kafka::wire {

inline constexpr std::int16_t metadata_key = 3;
inline constexpr std::int16_t metadata_lowest = 7;
inline constexpr std::int16_t metadata_newest = 8;

/// Of these topics; of none, where there are none.
void write_metadata(buffer& to, std::int16_t version, request_id id, std::span<const std::string> topics);

struct metadata_broker {
  std::int32_t id = -1;
  std::string host;
  std::int32_t port = 0;
};
struct metadata_topic {
  error_code error = error_code::none;
  std::string name;
  std::vector<std::int32_t> leaders;  // by partition, -1: nobody at the moment
  std::int32_t operations = 0;        // a bit each, 0: not told

  /// Kafka's number of the right; true also where the broker does not tell.
  [[nodiscard]] bool allows(int operation) const noexcept {
    return operations <= 0 || ((static_cast<std::uint32_t>(operations) >> operation) & 1U) != 0;
  }
};
inline constexpr int operation_write = 4;

struct metadata_answer {
  std::vector<metadata_broker> brokers;
  std::vector<metadata_topic> topics;
};
[[nodiscard]] std::optional<metadata_answer> read_metadata(std::string_view response, std::int16_t version);

}  // namespace batching::kafka::wire
