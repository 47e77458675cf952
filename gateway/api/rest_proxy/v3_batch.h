// POST /v3/clusters/{cluster}/topics/{topic}/records:batch: up to ten records with ids, answered 207 with successes and
// failures by those ids. One a lane.
#pragma once

#include <string>
#include <string_view>

#include "gateway/api/rest_proxy/v3_post.h"
#include "gateway/api/rest_proxy/v3_reader.h"

namespace gateway::api::rest_proxy {

class v3_batch final : public v3_post {
 public:
  explicit v3_batch(ingress::door& to) : v3_post(to), reader_(to.decoder()) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::planned take(const http1::call& c, std::string_view body, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;

 private:
  v3_batch_reader reader_;
};

}  // namespace gateway::api::rest_proxy
