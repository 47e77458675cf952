#pragma once

// Reads the place a run sends its events to: `--topic`, `--target` with `--protocol`, and the addresses of a Kafka.

#include <string>
#include <string_view>

#include "loadgen/plan/options.h"

namespace loadgen::plan {

struct target {
  protocol_kind protocol = protocol_kind::http;
  std::string url;   // as reports show it
  std::string host;  // of kafka: all brokers, HOST:PORT,...
  std::string port;  // empty for kafka
};

/// Throws units::usage_error.
target read_target(const std::string& text, const std::string& protocol);

/// Throws units::usage_error when Kafka has no topics of this name.
std::string read_topic(const std::string& text);

/// Checks HOST:PORT,... (a port may be left out: Kafka's own is 9092); spaces behind commas mean nothing. Throws
/// units::usage_error.
std::string read_brokers(std::string_view option, std::string_view text);

}  // namespace loadgen::plan
