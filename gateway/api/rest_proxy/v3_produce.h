// POST /v3/clusters/{cluster}/topics/{topic}/records: one record, or some, one behind the other, answered with one
// document a record. A body with a length is read whole before its records are taken; a chunked one is a stream
// (v3_stream.h). One a lane.
#pragma once

#include <string>
#include <string_view>

#include "gateway/api/rest_proxy/v3_post.h"
#include "gateway/api/rest_proxy/v3_reader.h"
#include "gateway/api/rest_proxy/v3_stream.h"

namespace gateway::api::rest_proxy {

class v3_produce final : public v3_post {
 public:
  explicit v3_produce(ingress::door& to) : v3_post(to), reader_(to.decoder()), stream_(to) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::planned take(const http1::call& c, std::string_view body, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;

 private:
  v3_documents reader_;
  v3_stream stream_;
};

}  // namespace gateway::api::rest_proxy
