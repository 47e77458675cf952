// GET and HEAD /v1/topics/{topic}/aggregates/{id}/events: the events of one aggregate, from this lane's thread out of
// the index. Waits for what the client wants to see, asks Kafka where it wants to be sure, and streams what is more
// than a piece. One a lane.
#pragma once

#include <memory>
#include <string>

#include "gateway/api/store/aggregate_path.h"
#include "gateway/api/store/event_lines.h"
#include "gateway/api/store/read_query.h"
#include "gateway/http1/endpoint.h"
#include "gateway/ingress/door.h"
#include "gateway/stores/read_job.h"
#include "gateway/stores/stores.h"

namespace gateway::api::store {

class aggregate_read;

class read_endpoint final : public http1::endpoint {
 public:
  read_endpoint(ingress::door& to, stores::stores& all) : door_(&to), stores_(&all) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;

 private:
  void start(const std::shared_ptr<aggregate_read>& r);
  void on_told(const std::shared_ptr<aggregate_read>& r, stores::read_readiness what);
  void ask_elsewhere(const std::shared_ptr<aggregate_read>& r);
  void on_answered_elsewhere(const std::shared_ptr<aggregate_read>& r, const stores::remote_piece& piece);
  void ask_for_more(const std::shared_ptr<aggregate_read>& r);

  ingress::door* door_;
  stores::stores* stores_;
};

}  // namespace gateway::api::store
