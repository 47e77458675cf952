// The reasons why a request was refused as a whole, and the one table of their status, code and title (RFC 9457).
// The fate of single events is an outcome instead (answer.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gateway::http1 {

enum class errc : std::uint8_t {
  malformed_request,       // the bytes are not a strict HTTP/1.1 request; the connection closes
  malformed_chunks,        // a chunked body's framing is broken; the connection closes
  incomplete_request,      // the client ended its side in the middle of a request
  invalid_target,          // the path or query is not a legal request target
  invalid_query,           // an unknown, repeated or out-of-range query parameter
  invalid_field,           // a header field of ours has an impossible value
  key_needs_single_event,  // Headgate-Key on a request of several events
  ack_not_allowed,         // the topic's configuration forbids the ack level asked for
  ack_not_available,       // ack=journal
  invalid_encoding,        // the body is not what Content-Encoding says
  invalid_json,            // a JSON body whose events cannot be told apart
  no_events,               // an empty body, array, or only blank lines
  bad_signature,           // a webhook whose signature is not right
  unauthorized,            // nobody we know, or nothing was said
  forbidden,               // known, and may not do this
  origin_not_allowed,      // a page of an origin that the topic does not name
  host_not_allowed,        // the admin listener under a name that is not its own
  unknown_path,            // no such endpoint
  unknown_topic,           // Kafka has no such topic
  method_not_allowed,      // the endpoint exists, with other methods
  request_timeout,         // head or body too slow; the connection closes
  length_required,         // a POST with neither Content-Length nor chunked
  body_too_large,          // more than limits.body_bytes_max as sent
  decoded_too_large,       // more than limits.decoded_bytes_max when decompressed
  too_many_events,         // more than limits.events_per_request_max
  unsupported_encoding,    // a Content-Encoding we do not speak
  unsupported_media_type,  // a Content-Type that is not taken here, or not by this topic
  unsupported_charset,     // JSON in another charset than UTF-8
  expectation_failed,      // Expect: other than 100-continue
  quota_exceeded,          // the tenant's quota is used up for now
  too_many_connections,    // of the tenant; the connection closes
  too_many_failures,       // failed logins from this address
  head_too_large,          // limits.head_bytes_max or headers_max, or too large trailers; the connection closes
  method_not_implemented,  // a method RFC 9110 does not know
  version_not_supported,   // not HTTP/1.0 or HTTP/1.1; the connection closes
  internal_error,          // a defect of ours
  overloaded,              // no room in the in-flight budget
  draining,                // the gateway is shutting down
  not_ready,               // Kafka has been away too long, or the gateway is starting
  events_rejected,         // every event was rejected; beside its outcomes (answer.h)
  events_not_taken,        // nothing was written and a retry can help; beside the outcomes
  events_partly_taken,     // some events are stored and the client asked for a 503 then; beside all outcomes
  not_a_store,             // an aggregate of a topic that keeps no versions
  version_conflict,        // Expected-Version is not the aggregate's
  precondition_failed,     // the same, where If-Match or If-None-Match said it
  append_too_large,        // more than one record batch holds
  invalid_event,           // one event of an append is wrong, and so nothing of it was written
  append_refused,          // Kafka refused the append for good
  append_blocked,          // an append before it was refused
  append_unknown,          // whether it was written is not known
  store_unfit,             // Kafka is not set up so that the topic could be a store
  no_owner,                // this instance does not own the partition right now
  not_visible_yet,         // what a read wants to see was not there in time
  answer_timeout,          // events are not settled within timeout_ms; beside their outcomes
};
inline constexpr std::size_t errcs = static_cast<std::size_t>(errc::answer_timeout) + 1;

struct problem_row {
  errc error;
  int status;
  std::string_view code;  // stable: part of the interface
  std::string_view title;
};

/// Every error, in the order of the enum.
[[nodiscard]] std::span<const problem_row> problem_table() noexcept;
[[nodiscard]] const problem_row& row_of(errc error) noexcept;

struct problem {
  errc error = errc::internal_error;
  std::string detail;           // what is wrong with this request and what to change; for people
  std::string_view allow = {};  // with method_not_allowed: the methods that are
  int retry_after_seconds = 0;  // 0: by the status
};

/// Appends the problem+json body.
void append_problem(std::string& to, const problem& p);
/// The same without the closing brace: more members follow.
void append_problem_members(std::string& to, errc error, std::string_view detail);
inline constexpr std::string_view problem_content_type = "application/problem+json";

}  // namespace gateway::http1
