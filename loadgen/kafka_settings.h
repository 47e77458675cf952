#pragma once

// Applies `name=value` settings to a librdkafka configuration. Used by kafka_reader and kafka_direct only.

#include <librdkafka/rdkafka.h>

#include <array>
#include <string>
#include <vector>

#include "loadgen/units.h"

namespace loadgen {

inline void set_property(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK) {
    throw usage_error("--kafka-property " + name + "=" + value + ": " + error.data());
  }
}

inline void set_properties(rd_kafka_conf_t* conf, const std::vector<std::string>& properties) {
  for (const std::string& property : properties) {
    const auto equals = property.find('=');
    if (equals == std::string::npos) throw usage_error("--kafka-property " + property + ": write name=value");
    set_property(conf, property.substr(0, equals), property.substr(equals + 1));
  }
}

}  // namespace loadgen
