// A second reading of what the sender writes: Produce and InitProducerId requests, and record batches, from Kafka's
// protocol guide. Throws on anything that is not exactly so. And the responses a broker would give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batching/kafka/wire/error_code.h"

namespace tests::direct {

using batching::kafka::wire::error_code;

struct read_record {
  std::int64_t timestamp_ms = 0;
  std::optional<std::string> key;
  std::string value;
  bool is_tombstone = false;
  std::vector<std::pair<std::string, std::string>> headers;  // a null value reads "(null)"
};

struct read_batch {
  std::int16_t attributes = 0;
  std::int64_t timestamp_ms = 0;
  std::int64_t max_timestamp_ms = 0;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  std::int32_t base_sequence = 0;
  std::int32_t count = 0;
  std::string_view records_bytes;    // as they stand there, maybe compressed
  std::vector<read_record> records;  // of batches that are not compressed
};

struct read_part {
  std::string topic;
  std::int32_t partition = 0;
  read_batch batch;
};

struct read_request {
  std::int16_t api = 0;
  std::int16_t version = 0;
  std::int32_t correlation = 0;
  std::string client_id;
  std::vector<read_part> parts;  // of a Produce request
};

inline constexpr std::int16_t produce = 0;
inline constexpr std::int16_t init_producer_id = 22;

[[nodiscard]] read_batch read_record_batch(std::string_view bytes);
[[nodiscard]] std::vector<read_record> read_records(std::string_view bytes, std::int32_t count,
                                                    std::int64_t base_timestamp_ms = 0);
/// One whole request, with its length in front.
[[nodiscard]] read_request read_one_request(std::string_view bytes);

struct part_answer {
  std::string topic;
  std::int32_t partition = 0;
  error_code error = error_code::none;
  std::int64_t base_offset = -1;
  std::int32_t culprit = -1;  // named from version 8 on
  std::int32_t leader = -1;   // who leads now; named from version 10 on
};
/// Responses without their length in front.
[[nodiscard]] std::string produce_response(std::int32_t correlation, const std::vector<part_answer>& answers,
                                           std::int16_t version = 7, std::int32_t throttle_ms = 0);
[[nodiscard]] std::string producer_id_response(std::int32_t correlation, std::int64_t id,
                                               error_code error = error_code::none);

}  // namespace tests::direct
