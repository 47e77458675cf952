// The part that the dialects' POSTs to one topic share: the head's fields about the body, why nothing is taken now, the
// way through the door. An endpoint owns one and adds how its body is read and its answer written. One a lane.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/record_fields.h"
#include "gateway/http1/endpoint.h"
#include "gateway/ingress/door.h"

namespace gateway::api {

class topic_post {
 public:
  explicit topic_post(ingress::door& to) : door_(&to), lane_(&to.on()) {}

  /// Everything of the head but its media type. errc::unknown_topic: nobody knows the topic.
  [[nodiscard]] std::optional<http1::problem> plan(const http1::call& c, const ingress::request& asked);

  /// Behind plan() in the same handler. Taken: the exchange waits for its ack.
  [[nodiscard]] ingress::answer take(std::string_view body, ingress::body_reader& with, http1::exchange& x);
  /// The answer where take() says anything else and the dialect does not know better.
  [[nodiscard]] http1::problem problem_of_take(ingress::answer said);

  [[nodiscard]] const config::topic_settings& rules() const noexcept { return *found_.rules->settings; }
  [[nodiscard]] const batching::topic_entry& topic() const noexcept { return *found_.to; }
  /// Behind plan() in the same handler: what it asked the door.
  [[nodiscard]] const ingress::request& asked() const noexcept { return asked_; }
  /// Of every record of the request, if its fields say so.
  [[nodiscard]] std::optional<std::int64_t> timestamp_ms() const noexcept { return asked_.timestamp_ms; }
  [[nodiscard]] decode::encoding encoding() const noexcept { return encoding_; }
  [[nodiscard]] ingress::door& door() noexcept { return *door_; }
  [[nodiscard]] runtime::lane& on() noexcept { return *lane_; }

 private:
  ingress::door* door_;
  runtime::lane* lane_;
  record_fields fields_;
  ingress::request asked_;
  ingress::plan found_;
  decode::encoding encoding_ = decode::encoding::identity;
};

}  // namespace gateway::api
