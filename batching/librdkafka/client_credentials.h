// The part of a librdkafka client's login that does not stand in its properties: secrets in files, read for each
// client, and tokens from the source that our own connections have too. Used where clients are made: client.h,
// lag_client.h, `headgate check`.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "batching/kafka/client/login/token_source.h"

struct rd_kafka_conf_s;
struct rd_kafka_s;

namespace batching::librdkafka {

struct client_credentials {
  std::map<std::string, std::string> secret_files{};  // by the property whose value the file holds

  std::shared_ptr<kafka::client::login::token_source> tokens{};  // co-owned by our own logins; nullptr: none

  /// Before a client is made. Returns one sentence for people that says what is wrong; empty: nothing.
  [[nodiscard]] std::string apply(rd_kafka_conf_s* to) const;
  /// After it was made. The client owns from here on all that came with apply(): see release().
  void begin(rd_kafka_s* client) const;
  /// After the client's end: `opaque` is what rd_kafka_opaque() said before.
  static void release(void* opaque) noexcept;
};

}  // namespace batching::librdkafka
