#pragma once

// A run as the user asked for it, with the defaults. Filled by the command line, by capacity for each of its
// measurements and by tests; read by run_plan alone.

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
  safe,  // resend events that were answered as not taken
  all,   // resend unanswered events, too: may duplicate them
};
enum class busy_policy {
  wait,   // 503/429: pause for Retry-After, then resend (if retries are allowed)
  count,  // 503/429 is an answer like any other
};

std::string_view name_of(protocol_kind kind);
std::string_view name_of(body_encoding encoding);

/// Texts only: nothing is checked before make_plan. An empty default depends on the rest.
struct run_options {
  std::string target = "http://127.0.0.1:8080";
  std::string topic;
  std::string protocol;
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
  std::string query;
  std::string timeout = "40s";
  std::string drain = "5s";
  std::string template_file;
  std::string replay_file;
  std::string speed = "1";
  std::string batch = "100";
  std::string connections = "16";
  std::string threads;
  std::string pipeline;
  std::string burst;
  std::string seed = "1";
  std::vector<std::string> kafka_properties;
  std::string kafka_wait = "30s";
  std::uint32_t run = 0;  // the id; 0: a random one
};

}  // namespace loadgen::plan
