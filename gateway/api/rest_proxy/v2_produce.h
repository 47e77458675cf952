// POST /topics/{topic} and /topics/{topic}/partitions/{partition} of the REST Proxy, version 2. One a lane.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/rest_proxy/partial_choice.h"
#include "gateway/api/rest_proxy/v2_reader.h"
#include "gateway/api/topic_post.h"
#include "gateway/config/settings.h"

namespace gateway::api::rest_proxy {

inline constexpr std::string_view v2_content_type = "application/vnd.kafka.v2+json";

class v2_produce final : public http1::endpoint {
 public:
  explicit v2_produce(ingress::door& to) : post_(to), reader_(to.decoder()) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::planned take(const http1::call& c, std::string_view body, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;
  void refuse(const http1::problem& p, http1::reply& r) override;

 private:
  [[nodiscard]] std::optional<fault> read_head(const http1::call& c, ingress::request& asked);
  [[nodiscard]] std::optional<fault> check_partition(const http1::call& c);
  http1::planned answer(const fault& f, http1::exchange& x);
  http1::planned answer_without_topic(const http1::call& c, std::string_view body, http1::exchange& x);

  topic_post post_;
  v2_reader reader_;
  // From plan() to take().
  v2_format format_ = v2_format::json;
  std::optional<std::int32_t> partition_;
  partial_choice partial_;
  bool is_unknown_ = false;
};

}  // namespace gateway::api::rest_proxy
