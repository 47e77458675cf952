#pragma once

// A store run as the user asked for it, with the defaults, and the plan made of it. Texts are filled by the command
// line and by tests; nothing is checked before make_plan.

#include <chrono>
#include <string>
#include <vector>

#include "loadgen/store/load/load_plan.h"

namespace loadgen::store {

struct store_options {
  std::string targets = "http://127.0.0.1:8080";  // separated by commas: instances of one gateway
  std::string topic;
  std::string kafka;
  std::string rate = "max";
  std::string duration;
  std::string appends;
  std::string writers = "16";
  std::string readers = "2";
  std::string aggregates = "200";
  std::string skew = "uniform";
  std::string size = "256";
  std::string events = "3";
  std::string any = "0.2";
  std::string look = "0.1";
  std::string careless = "0.4";
  std::string anywhere = "0";
  std::string repeat = "0.05";
  std::string seed = "1";
  std::string timeout = "5s";
  std::string patience = "60s";
  std::string settle = "2s";
  std::string history;  // file; empty: only where something is wrong, in the temporary folder
  std::string history_max = "4M";
  std::vector<std::string> kafka_properties;
  std::string kafka_wait = "30s";
};

struct store_settings {
  std::string kafka;
  std::chrono::nanoseconds settle{};
  std::chrono::nanoseconds kafka_wait{};
  std::vector<std::string> kafka_properties;
  std::string history;
};

/// Throw units::usage_error.
load::load_plan make_plan(const store_options& from);
store_settings make_settings(const store_options& from);

}  // namespace loadgen::store
