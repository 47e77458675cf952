// POST /v1/topics/{topic}/events: reads what the request asks for from its head (plan), then hands its body to the
// door (take). One a lane.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "gateway/api/exchange.h"
#include "gateway/api/media.h"
#include "gateway/http1/request.h"
#include "gateway/http1/target.h"
#include "gateway/ingress/door.h"
#include "gateway/runtime/lane.h"

namespace gateway::api::v1 {

/// What one request asks for. Views into its head: valid as long as that.
struct ingest_plan {
  ingress::request asked;
  ingress::plan found;
  batching::header trace_header;
  api::body_kind kind = api::body_kind::opaque;
  decode::encoding encoding = decode::encoding::identity;
  answer_how how;
  std::optional<config::partial_status> partial;  // of Headgate-Partial
  std::chrono::milliseconds timeout{};
};

class ingest {
 public:
  explicit ingest(ingress::door& to) : door_(&to), lane_(&to.on()) {}

  /// Everything that can be refused before the body is read. errc::unknown_topic: ask Kafka, then plan again.
  /// `body_is_here`: it was planned before its body was read, and is not refused for want of room any more.
  [[nodiscard]] std::optional<http1::problem> plan(const http1::request_head& head, const http1::target& to,
                                                   bool body_is_here, ingest_plan& out);
  /// `body` is whole, without its chunk framing, with decoder::padding_bytes readable behind it. The exchange is either
  /// answered or waits for its ack.
  void take(const ingest_plan& plan, std::string_view body, api::exchange& x);

  /// Why an event posted now would not be taken; nothing: it would.
  [[nodiscard]] std::optional<http1::problem> refusal() const;

 private:
  [[nodiscard]] std::optional<http1::problem> read_fields(const http1::request_head& head, ingest_plan& out);
  [[nodiscard]] std::optional<http1::problem> read_topic(std::string_view name, bool body_is_here, ingest_plan& out);
  [[nodiscard]] ingress::body_reader& reader_of(api::body_kind kind) noexcept;

  ingress::door* door_;
  runtime::lane* lane_;
};

}  // namespace gateway::api::v1
