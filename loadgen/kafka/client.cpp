#include "loadgen/kafka/client.h"

#include <array>

#include "loadgen/units/quantity.h"

namespace loadgen::kafka {

namespace {

using config_handle = std::unique_ptr<rd_kafka_conf_t, destroyer<rd_kafka_conf_destroy>>;

void log_nothing(const rd_kafka_t*, int, const char*, const char*) {}

void set_property(rd_kafka_conf_t* into, const std::string& name, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(into, name.c_str(), value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK) {
    throw units::usage_error("--kafka-property " + name + "=" + value + ": " + error.data());
  }
}

void set_user_property(rd_kafka_conf_t* into, const std::string& property) {
  const auto equals = property.find('=');
  if (equals == std::string::npos) throw units::usage_error("--kafka-property " + property + ": write name=value");
  set_property(into, property.substr(0, equals), property.substr(equals + 1));
}

}  // namespace

client_handle make_client(const client_config& config) {
  config_handle made(rd_kafka_conf_new());
  for (const auto& [name, value] : config.properties) set_property(made.get(), name, value);
  for (const std::string& property : config.user_properties) set_user_property(made.get(), property);
  if (config.on_report != nullptr) rd_kafka_conf_set_dr_msg_cb(made.get(), config.on_report);
  rd_kafka_conf_set_opaque(made.get(), config.opaque);
  rd_kafka_conf_set_log_cb(made.get(), log_nothing);
  std::array<char, 512> error{};
  client_handle client(rd_kafka_new(config.type, made.get(), error.data(), error.size()));
  if (!client) throw failure(error.data());
  static_cast<void>(made.release());  // the client's now
  return client;
}

}  // namespace loadgen::kafka
