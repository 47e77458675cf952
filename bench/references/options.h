// The options of the reference producers, and the flags that set them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench::references {

struct options {
  std::string kafka = "127.0.0.1:9092";
  std::string topic;
  std::uint64_t events = 1'000'000;  // how many to send ..
  double seconds = 0;                // .. or how long, if not 0
  std::size_t event_bytes = 256;
  std::string compression = "none";
  int compression_level = -1;  // -1: the codec's own
  double linger_ms = 5;
  bool by_reference = false;            // payloads stay where they are until their delivery report
  double rate = 10'000;                 // events a second (bench-latency only)
  std::vector<std::string> properties;  // of librdkafka, NAME=VALUE
};

/// Exits with usage when the flags make no sense.
options parse_options(int argc, char** argv, const char* about);

}  // namespace bench::references
