// POST /v1/topics/{topic}/aggregates/{id}/events: appends events to one aggregate, all or none, if it is at the version
// that the client expects. One a lane.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/api/media.h"
#include "gateway/api/record_fields.h"
#include "gateway/api/store/aggregate_path.h"
#include "gateway/api/store/append_fields.h"
#include "gateway/decode/buffer.h"
#include "gateway/decode/decompress.h"
#include "gateway/http1/endpoint.h"
#include "gateway/ingress/door.h"
#include "gateway/stores/append_job.h"
#include "gateway/stores/event_ids.h"
#include "gateway/stores/stores.h"

namespace gateway::api::store {

class append_endpoint final : public http1::endpoint {
 public:
  append_endpoint(ingress::door& to, stores::stores& all) : door_(&to), lane_(&to.on()), stores_(&all) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::planned take(const http1::call& c, std::string_view body, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;

 private:
  using maybe = std::optional<http1::problem>;
  struct planned_append {
    found_aggregate to;
    append_fields fields;
    body_kind kind = body_kind::opaque;
    decode::encoding encoding = decode::encoding::identity;
    std::chrono::milliseconds timeout{};
  };

  [[nodiscard]] maybe read_query(const http1::call& c);
  [[nodiscard]] maybe read_body_fields(const http1::request_head& head);
  [[nodiscard]] maybe read_record_fields(const http1::call& c);
  [[nodiscard]] maybe decode_body(std::string_view body, const http1::exchange& x);
  [[nodiscard]] maybe check_events() const;
  [[nodiscard]] std::shared_ptr<stores::append_job> make_job(const http1::call& c) const;

  ingress::door* door_;
  runtime::lane* lane_;
  stores::stores* stores_;
  stores::event_ids ids_;
  decode::decompressor decompressor_;
  decode::buffer decompressed_;
  record_fields record_fields_;
  ingress::request asked_;  // headers and signature; this and the next from plan() to take()
  planned_append plan_;
};

}  // namespace gateway::api::store
