// The requests with which an owner takes a partition over and keeps it: FindCoordinator 2, InitProducerId 1,
// AddPartitionsToTxn 2, EndTxn 2. The versions are meant: EndTxn 5 raises the epoch once more, and leaves the id stuck
// on clusters with transaction.version=0. Sans-I/O. Source: Kafka's protocol guide. Tried on Kafka 4.1; the sources
// of 2.8 to 3.9 take them too.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/error_code.h"
#include "batching/kafka/wire/record_batch.h"

namespace batching::kafka::wire {

/// Of every request: whom the answer belongs to.
struct request_id {
  std::int32_t correlation = 0;
  std::string_view client_id;
};

inline constexpr std::size_t transactional_id_bytes_max = 300;  // a topic has at most 249

void write_find_coordinator(buffer& to, request_id id, std::string_view transactional_id);
struct coordinator_answer {
  error_code error = error_code::none;
  std::int32_t broker = -1;
  std::string_view host;
  std::int32_t port = 0;
};
[[nodiscard]] std::optional<coordinator_answer> read_find_coordinator(std::string_view response) noexcept;

/// Its answer is read by read_init_producer_id (protocol.h). `timeout`: how long a transaction may stay open.
void write_init_transactional_id(buffer& to, request_id id, std::string_view transactional_id,
                                 std::chrono::milliseconds timeout);

struct transaction {
  std::string_view id;
  producer_identity producer;
};

/// One partition.
void write_add_partition(buffer& to, request_id id, const transaction& in, std::string_view topic,
                         std::int32_t partition);
/// The error of its one partition; nullopt: that is no answer to it.
[[nodiscard]] std::optional<error_code> read_add_partition(std::string_view response) noexcept;

/// Ends the transaction as aborted: nothing of ours is ever written in one.
void write_abort_transaction(buffer& to, request_id id, const transaction& which);
[[nodiscard]] std::optional<error_code> read_abort_transaction(std::string_view response) noexcept;

}  // namespace batching::kafka::wire
