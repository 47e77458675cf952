#pragma once

// What a run is to do, as the user wrote it, with the defaults. Filled by the command line, by capacity for each of its
// measurements and by tests; only run_plan reads the texts.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::plan {

enum class protocol_kind { http, tcp, lines, kafka };
enum class body_format { ndjson, json };
enum class body_encoding { identity, gzip, zstd, lz4 };
enum class retry_policy {
  none,  // every answer is final
  safe,  // resend only what was answered as not taken
  all,   // resend also what nobody answered for: may duplicate
};
enum class busy_policy {
  wait,   // 503/429: pause for Retry-After, then resend (if retries are allowed)
  count,  // 503/429 is an answer like any other
};

std::string_view name_of(protocol_kind kind);

/// As written on the command line.
struct run_options {
  std::string target = "http://127.0.0.1:8080";
  std::string topic;
  std::string protocol;  // empty: from the target's scheme
  std::string rate = "max";
  std::string duration;
  std::string events;
  std::string size = "256";
  std::string aggregates = "100000";
  std::string skew = "uniform";
  std::string encoding = "identity";
  std::string format;
  std::string retry = "safe";
  std::string on_busy = "wait";
  std::string query;  // appended to the request's query
  std::string timeout = "40s";
  std::string drain = "5s";
  std::string template_file;
  std::string replay_file;
  double speed = 1;
  std::uint32_t batch = 100;
  std::uint32_t connections = 16;
  std::uint32_t threads = 0;
  std::uint32_t pipeline = 0;
  std::uint32_t burst = 0;
  std::uint64_t seed = 1;
  std::uint32_t run = 0;  // 0: a random one
  std::string verify;     // Kafka to verify from; empty: not
  std::string run_file;
  std::vector<std::string> kafka_properties;
};

}  // namespace loadgen::plan
