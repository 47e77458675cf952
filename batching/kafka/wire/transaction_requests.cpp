#include "batching/kafka/wire/transaction_requests.h"

#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::int16_t find_coordinator_key = 10;
constexpr std::int16_t init_producer_id_key = 22;
constexpr std::int16_t add_partitions_key = 24;
constexpr std::int16_t end_transaction_key = 26;

constexpr std::int8_t of_transactions = 1;  // a key type; 0 would be a consumer group's

void put_transaction(buffer& to, const transaction& which) {
  put_text(to, which.id);
  put(to, which.producer.id);
  put(to, which.producer.epoch);
}

// Of every answer here: the correlation, and how long the broker has throttled us.
bool take_head(std::string_view& from) noexcept { return skip<std::int64_t>(from); }

}  // namespace

void write_find_coordinator(buffer& to, request_id id, std::string_view transactional_id) {
  const std::size_t begin = begin_request(to, find_coordinator_key, 2, id.correlation, id.client_id);
  put_text(to, transactional_id);
  put(to, of_transactions);
  store_length(to, begin);
}

std::optional<coordinator_answer> read_find_coordinator(std::string_view response) noexcept {
  coordinator_answer answer;
  std::string_view error_text;
  if (!take_head(response) || !take(response, answer.error) || !take_text(response, error_text) ||
      !take(response, answer.broker) || !take_text(response, answer.host) || !take(response, answer.port))
    return std::nullopt;
  return answer;
}

void write_init_transactional_id(buffer& to, request_id id, std::string_view transactional_id,
                                 std::chrono::milliseconds timeout) {
  const std::size_t begin = begin_request(to, init_producer_id_key, 1, id.correlation, id.client_id);
  put_text(to, transactional_id);
  put(to, static_cast<std::int32_t>(timeout.count()));
  store_length(to, begin);
}

void write_add_partition(buffer& to, request_id id, const transaction& in, std::string_view topic,
                         std::int32_t partition) {
  const std::size_t begin = begin_request(to, add_partitions_key, 2, id.correlation, id.client_id);
  put_transaction(to, in);
  put(to, std::int32_t{1});  // topics
  put_text(to, topic);
  put(to, std::int32_t{1});  // its partitions
  put(to, partition);
  store_length(to, begin);
}

std::optional<error_code> read_add_partition(std::string_view response) noexcept {
  std::int32_t topics = 0;
  std::int32_t partitions = 0;
  std::string_view topic;
  error_code error = error_code::none;
  if (!take_head(response) || !take(response, topics) || topics != 1 || !take_text(response, topic) ||
      !take(response, partitions) || partitions != 1 || !skip<std::int32_t>(response) || !take(response, error))
    return std::nullopt;
  return error;
}

void write_abort_transaction(buffer& to, request_id id, const transaction& which) {
  const std::size_t begin = begin_request(to, end_transaction_key, 2, id.correlation, id.client_id);
  put_transaction(to, which);
  put(to, std::uint8_t{0});  // not committed
  store_length(to, begin);
}

std::optional<error_code> read_abort_transaction(std::string_view response) noexcept {
  error_code error = error_code::none;
  if (!take_head(response) || !take(response, error)) return std::nullopt;
  return error;
}

}  // namespace batching::kafka::wire
