// Chooses if a produce request's status tells of records that failed: it does not in the originals; here it does if the
// request (?partial=, Headgate-Partial) or the topic (partial_status) asks for it. Both versions use it; a value, kept
// in the exchange.
#pragma once

#include <optional>
#include <string>

#include "batching/ack.h"
#include "gateway/api/rest_proxy/fault.h"
#include "gateway/config/settings.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api::rest_proxy {

class partial_choice {
 public:
  /// The query, which has nothing else, and behind it the field.
  [[nodiscard]] std::optional<fault> read(const http1::call& c);
  /// Behind read(): what the topic says counts where the request says nothing.
  void settle(const config::topic_settings& topic, config::ack_level level) noexcept;
  /// Behind settle(): somebody asks.
  [[nodiscard]] bool is_asked() const noexcept { return is_asked_; }
  /// The same where nothing was taken, since Kafka has no such topic.
  [[nodiscard]] int status_of_nothing(int original) const noexcept { return is_asked_ ? 422 : original; }
  /// `original`: the status without anybody's asking.
  [[nodiscard]] int status_of(batching::ack& a, bool timed_out, int original) const;

 private:
  config::ack_level ack_ = config::ack_level::broker;
  config::partial_status how_ = config::partial_status::multi_status;
  bool is_asked_ = false;
};

}  // namespace gateway::api::rest_proxy
