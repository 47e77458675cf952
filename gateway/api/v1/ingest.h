// POST /v1/topics/{topic}/events and /v1/events, DELETE /v1/topics/{topic}/records/{key}: reads what the request asks
// for from its head (plan), then hands its body to the door (take). One a lane.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "gateway/api/media.h"
#include "gateway/api/record_fields.h"
#include "gateway/api/v1/answer_status.h"
#include "gateway/api/v1/ingest_query.h"
#include "gateway/http1/endpoint.h"
#include "gateway/ingress/door.h"
#include "gateway/runtime/lane.h"

namespace gateway::api::v1 {

/// The settings of one request. Views into its head: valid as long as that.
struct ingest_plan {
  ingress::request asked;
  ingress::plan found;
  api::body_kind kind = api::body_kind::opaque;
  decode::encoding encoding = decode::encoding::identity;
  answer_how how;
  std::optional<config::partial_status> partial;  // of Headgate-Partial
  std::chrono::milliseconds timeout{};
};

class ingest final : public http1::endpoint {
 public:
  /// `what`: the events of a body (mixed ones where the path names no topic), or one tombstone for the path's key.
  enum class taken : std::uint8_t { events, tombstone };
  /// `clouds`: what takes a CloudEvent that comes to the same path; nullptr: nobody does.
  explicit ingest(ingress::door& to, http1::endpoint* clouds = nullptr, taken what = taken::events)
      : door_(&to), lane_(&to.on()), clouds_(clouds), takes_(what) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::planned take(const http1::call& c, std::string_view body, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;
  void options(const http1::request_head& head, http1::reply& r) override {
    if (clouds_ != nullptr) clouds_->options(head, r);
  }

 private:
  static constexpr std::size_t key_segment = 4;  // of /v1/topics/{topic}/records/{key}

  [[nodiscard]] std::optional<http1::problem> read(const http1::call& c, ingest_plan& out);
  [[nodiscard]] std::optional<http1::problem> read_fields(const http1::call& c, ingest_plan& out);
  [[nodiscard]] std::optional<http1::problem> odd_parameter(const ingest_query& query) const;
  [[nodiscard]] std::optional<http1::problem> read_routed(const http1::call& c, const ingest_query& query,
                                                          ingest_plan& out);
  [[nodiscard]] std::optional<http1::problem> read_topic(std::string_view name, bool body_is_here, ingest_plan& out);
  [[nodiscard]] ingress::body_reader& reader_of(api::body_kind kind) noexcept;

  ingress::door* door_;
  runtime::lane* lane_;
  http1::endpoint* clouds_;
  taken takes_;
  record_fields fields_;  // of the request at hand
  // From plan() to take().
  ingest_plan plan_;
  bool is_cloud_event_ = false;
};

}  // namespace gateway::api::v1
