#include "bench/references/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace bench::references {

options parse_options(int argc, char** argv, const char* about) {
  options o;
  CLI::App app(about);
  app.add_option("--kafka", o.kafka, "bootstrap servers");
  app.add_option("--topic", o.topic, "an existing topic")->required();
  app.add_option("--events", o.events, "how many events to send");
  app.add_option("--seconds", o.seconds, "send for this long instead");
  app.add_option("--size", o.event_bytes, "bytes of an event's value")->check(CLI::Range(200, 1'000'000));
  app.add_option("--compression", o.compression)->check(CLI::IsMember({"none", "zstd", "lz4", "gzip", "snappy"}));
  app.add_option("--level", o.compression_level, "compression level");
  app.add_option("--linger", o.linger_ms, "linger.ms");
  app.add_flag("--by-reference", o.by_reference, "do not let librdkafka copy the payload");
  app.add_option("--rate", o.rate, "events a second (bench-latency)");
  app.add_option("--property", o.properties, "a property of librdkafka, NAME=VALUE; as often as needed")
      ->check([](const std::string& text) { return text.find('=') == std::string::npos ? "has no =" : ""; })
      ->allow_extra_args(false);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::exit(app.exit(e));
  }
  return o;
}

}  // namespace bench::references
