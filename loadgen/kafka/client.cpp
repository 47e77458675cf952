#include "loadgen/kafka/client.h"

#include <array>

#include "loadgen/kafka/failure.h"
#include "loadgen/units/option.h"

namespace loadgen::kafka {

namespace {

using config_handle = std::unique_ptr<rd_kafka_conf_t, destroyer<rd_kafka_conf_destroy>>;

void log_nothing(const rd_kafka_t*, int, const char*, const char*) {}

void set_own_property(rd_kafka_conf_t* into, const std::string& name, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(into, name.c_str(), value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK) {
    throw failure(error.data());
  }
}

void set_user_property(rd_kafka_conf_t* into, const std::string& property) {
  const auto equals = property.find('=');
  if (equals == std::string::npos || equals == 0) {
    units::refuse("--kafka-property", property, "write name=value, as in linger.ms=5");
  }
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(into, property.substr(0, equals).c_str(), property.substr(equals + 1).c_str(), error.data(),
                        error.size()) != RD_KAFKA_CONF_OK) {
    units::refuse("--kafka-property", property, std::string("write what librdkafka knows. It says: ") + error.data());
  }
}

}  // namespace

void check_properties(const std::vector<std::string>& properties) {
  const config_handle scratch(rd_kafka_conf_new());
  for (const std::string& property : properties) set_user_property(scratch.get(), property);
}

client_handle make_client(const client_config& config) {
  config_handle made(rd_kafka_conf_new());
  for (const auto& [name, value] : config.properties) set_own_property(made.get(), name, value);
  for (const std::string& property : config.user_properties) set_user_property(made.get(), property);
  if (config.on_report != nullptr) rd_kafka_conf_set_dr_msg_cb(made.get(), config.on_report);
  if (config.on_error != nullptr) rd_kafka_conf_set_error_cb(made.get(), config.on_error);
  rd_kafka_conf_set_opaque(made.get(), config.opaque);
  rd_kafka_conf_set_log_cb(made.get(), log_nothing);
  std::array<char, 512> error{};
  client_handle client(rd_kafka_new(config.type, made.get(), error.data(), error.size()));
  if (!client) throw failure(error.data());
  static_cast<void>(made.release());  // the client's now
  return client;
}

}  // namespace loadgen::kafka
