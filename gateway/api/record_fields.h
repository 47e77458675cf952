// Reads a request's header fields about its records: Kafka headers (by the topic's list, traceparent, tracestate,
// Headgate-Header-*), Headgate-Timestamp, Headgate-Key*, Headgate-Event-Id, Idempotency-Key, a webhook's signature. One
// a lane, read anew for each request; used by v1 and by dialects whose words are fields.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batching/record.h"
#include "gateway/config/settings.h"
#include "gateway/http1/field_lines.h"
#include "gateway/http1/problem.h"
#include "gateway/http1/request.h"
#include "gateway/ingress/request.h"

namespace gateway::api {

class record_fields {
 public:
  /// Reads the fields that mean the same for every topic. Views into `head` and into this.
  [[nodiscard]] std::optional<http1::problem> read(const http1::request_head& head);
  /// Reads the fields that the topic's rules ask for, behind read().
  void read_listed(const http1::request_head& head, const config::topic_settings& of);
  /// Into a request; its key too, where Headgate-Key* has one.
  void put_into(ingress::request& r) const noexcept;

 private:
  [[nodiscard]] std::optional<http1::problem> read_line(const http1::field_line& line);
  [[nodiscard]] std::optional<http1::problem> read_key(std::string_view value);
  [[nodiscard]] std::optional<http1::problem> read_timestamp(std::string_view value);
  [[nodiscard]] std::optional<http1::problem> read_header(std::string_view name, std::string_view value);

  std::vector<batching::header> headers_;
  std::deque<std::string> texts_;  // what had to be decoded
  std::optional<std::string_view> key_;
  std::optional<std::int64_t> timestamp_ms_;
  std::string_view signature_, event_id_, idempotency_key_;
};

}  // namespace gateway::api
