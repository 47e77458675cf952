// POST of CloudEvents to a topic, in any of the three content modes of the HTTP binding; the answer is that of the
// events API. The ingest of the same path hands such requests over. One a lane.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "gateway/api/cloudevents/reader.h"
#include "gateway/api/topic_post.h"
#include "gateway/api/v1/answer_status.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api::cloudevents {

class receive final : public http1::endpoint {
 public:
  explicit receive(ingress::door& to) : post_(to), reader_(to.decoder()) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::planned take(const http1::call& c, std::string_view body, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;
  void options(const http1::request_head& head, http1::reply& r) override;

 private:
  topic_post post_;
  reader reader_;
  // From plan() to take().
  mode mode_ = mode::binary;
  v1::answer_how how_;
  std::chrono::milliseconds timeout_{};
};

}  // namespace gateway::api::cloudevents
