// The command line of a read-model program. Made by options.cpp from argc and argv; used by program.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "readmodel/fold/projection.h"

namespace readmodel::app {

enum class command : std::uint8_t { none, run, rebuild, verify, status, switch_to, drop };

struct options {
  command what = command::none;
  int exit_code = 0;  // with none

  std::string kafka = "127.0.0.1:9092";
  std::vector<std::string> kafka_properties;  // NAME=VALUE
  std::string topic;
  std::string group;  // empty: headgate-readmodel.PROJECTION
  bool is_store_topic = false;
  std::string dead_letters;

  std::vector<std::string> cassandra{"127.0.0.1:9042"};
  std::string user;
  std::string password_file;
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;
  bool is_tls = false;
  std::string keyspace = "readmodel";
  std::string replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
  std::string consistency = "local_quorum";

  std::string projection;  // empty: the only one there is
  std::string poison = "fence";
  std::string admin = "127.0.0.1:9465";
  std::size_t batch_events_max = 20'000;
  std::size_t in_flight_max = 512;
  std::size_t aggregates_cached_max = 100'000;
  std::uint64_t drain_seconds_max = 25;
  std::uint64_t patience_seconds = 30;
  std::string control;  // for tests: a promise to break

  int generation = 0;
  bool no_switch = false;
  bool only_if_identical = false;
  bool takes_cut_log = false;  // run, rebuild
  int keep = 1;
  bool is_quiet = false;
  bool as_json = false;
};

/// Says what is wrong, or the help, by itself; then `what` is none.
[[nodiscard]] options read_options(int argc, char** argv, std::string_view program,
                                   const std::vector<const fold::projection*>& projections);

/// "host:port" or "host"; port 0: it is no address.
[[nodiscard]] std::pair<std::string, std::uint16_t> parse_address(std::string_view text, std::uint16_t default_port);

}  // namespace readmodel::app
