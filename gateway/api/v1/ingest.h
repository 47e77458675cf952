// POST /v1/topics/{topic}/events: reads what the request asks for from its head (plan), then turns its body into events
// and hands them to the lane (take). One a lane.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/api/exchange.h"
#include "gateway/api/media.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/decompress.h"
#include "gateway/http1/request.h"
#include "gateway/http1/target.h"
#include "gateway/runtime/lane.h"

namespace gateway::api::v1 {

/// What holds for one topic, resolved from the settings once.
struct topic_rules {
  std::uint64_t settings_version = 0;
  const config::topic_settings* settings = nullptr;
  std::optional<decode::key_finder> keys;
};

/// What one request asks for. Views into its head: valid as long as that.
struct ingest_plan {
  const batching::topic_entry* topic = nullptr;
  const topic_rules* rules = nullptr;
  const decode::key_finder* keys = nullptr;  // nullptr: the key is Headgate-Key
  batching::on_invalid on_invalid = batching::on_invalid::skip;
  api::body_kind kind = api::body_kind::opaque;
  decode::encoding encoding = decode::encoding::identity;
  answer_how how;
  std::optional<config::partial_status> partial;  // of Headgate-Partial
  std::chrono::milliseconds timeout{};
  bool has_key = false;
  std::string_view key;
  std::string_view traceparent;  // empty: none
};

class ingest {
 public:
  static constexpr std::size_t pointers_max = 64;             // `key=` values whose parsed form is kept
  static constexpr std::size_t decoded_bytes_kept = 1 << 20;  // between requests

  explicit ingest(runtime::lane& on) : lane_(&on) {}

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
  [[nodiscard]] std::optional<http1::problem> decode(const ingest_plan& plan, std::string_view body);
  [[nodiscard]] std::optional<http1::problem> set_key(const ingest_plan& plan);
  void set_headers(const ingest_plan& plan);
  void submit(const ingest_plan& plan, api::exchange& x);
  const topic_rules& rules_of(const batching::topic& t);
  const decode::key_finder& finder_of(std::string_view pointer, const batching::topic& t, const topic_rules& rules);

  runtime::lane* lane_;
  decode::decoder decoder_;
  decode::decompressor decompressor_;
  decode::buffer decompressed_;
  batching::header trace_header_;
  std::vector<std::unique_ptr<topic_rules>> rules_;                  // by topic id
  std::map<std::string, decode::key_finder, std::less<>> pointers_;  // by topic, settings and `key=`
};

}  // namespace gateway::api::v1
