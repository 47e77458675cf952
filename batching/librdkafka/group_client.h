// Makes a consumer of librdkafka's that reads no records, for the event store's group. Used by group_member and
// group_watch.
#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "batching/librdkafka/client.h"
#include "batching/librdkafka/group_member.h"

namespace batching::librdkafka {

class group_client {
 public:
  /// With the settings' own properties, credentials and brokers. `about`: the beginning of complaints about properties.
  group_client(const group_settings& settings, std::string_view about);

  /// A property that the settings may not change.
  void set(const std::string& name, const std::string& value);
  [[nodiscard]] rd_kafka_conf_t* get() noexcept { return conf_.get(); }
  /// The error is one sentence for people. Once.
  [[nodiscard]] boost::system::result<producer_handle, std::string> make();

 private:
  const group_settings& settings_;
  std::string about_;
  std::string wrong_;  // the first complaint
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf_;
};

}  // namespace batching::librdkafka
