// Asks one broker, over a connection of its own, whether we come to terms: address, TLS, versions, login, rights.
// Blocks its thread. Used by `headgate check`.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "batching/kafka/client/connection.h"
#include "batching/kafka/wire/metadata_requests.h"

namespace batching::kafka::client {

struct probe_answer {
  std::string failure;          // one sentence for people: what to change; empty: all is well
  bool is_unreachable = false;  // no connection at all: nobody refuses anything
  wire::metadata_answer metadata;
  wire::error_code producer = wire::error_code::none;  // to the wish to write anything at all
};

[[nodiscard]] probe_answer probe(const connection_settings& settings, const std::string& host, std::uint16_t port,
                                 std::span<const std::string> topics, std::chrono::milliseconds time_max);

}  // namespace batching::kafka::client
