#include "batching/librdkafka/group_client.h"

#include <array>

namespace batching::librdkafka {

group_client::group_client(const group_settings& settings, std::string_view about)
    : settings_(settings), about_(about), conf_(rd_kafka_conf_new(), &rd_kafka_conf_destroy) {
  for (const auto& [name, value] : settings.properties) set(name, value);
  if (wrong_.empty()) wrong_ = settings.credentials.apply(conf_.get());
  set("bootstrap.servers", settings.bootstrap);
  set("enable.auto.commit", "false");
  set("statistics.interval.ms", "0");
  set("log_level", "0");
}

void group_client::set(const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  if (wrong_.empty() &&
      rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK)
    wrong_ = about_ + why.data();
}

boost::system::result<producer_handle, std::string> group_client::make() {
  if (!wrong_.empty()) return wrong_;
  std::array<char, 512> why{};
  producer_handle made(rd_kafka_new(RD_KAFKA_CONSUMER, conf_.get(), why.data(), why.size()));
  if (!made) return std::string(why.data());
  static_cast<void>(conf_.release());  // the client owns it now
  settings_.credentials.begin(made.get());
  return made;
}

}  // namespace batching::librdkafka
