#include "gateway/http1/problem.h"

#include <array>
#include <cassert>

#include "gateway/http1/json_text.h"

namespace gateway::http1 {
namespace {

constexpr std::array<problem_row, errcs> table{{
    {errc::malformed_request, 400, "malformed_request", "The request is not well-formed HTTP/1.1"},
    {errc::malformed_chunks, 400, "malformed_chunks", "The chunked body is broken"},
    {errc::incomplete_request, 400, "incomplete_request", "The request ended early"},
    {errc::invalid_target, 400, "invalid_target", "The request target is not legal"},
    {errc::invalid_query, 400, "invalid_query", "A query parameter is wrong"},
    {errc::invalid_field, 400, "invalid_field", "A header field is wrong"},
    {errc::key_needs_single_event, 400, "key_needs_single_event", "Headgate-Key goes with a single event"},
    {errc::ack_not_allowed, 400, "ack_not_allowed", "The topic does not allow this ack level"},
    {errc::ack_not_available, 400, "ack_not_available", "This ack level is not available"},
    {errc::invalid_encoding, 400, "invalid_encoding", "The body is not what Content-Encoding says"},
    {errc::invalid_json, 400, "invalid_json", "The JSON body cannot be read"},
    {errc::no_events, 400, "no_events", "The request has no events"},
    {errc::bad_signature, 401, "bad_signature", "The signature is not right"},
    {errc::unauthorized, 401, "unauthorized", "Say who you are"},
    {errc::forbidden, 403, "forbidden", "This is not allowed"},
    {errc::origin_not_allowed, 403, "origin_not_allowed", "Pages of this origin may not do this"},
    {errc::host_not_allowed, 403, "host_not_allowed", "The admin listener has another name"},
    {errc::unknown_path, 404, "unknown_path", "There is nothing at this path"},
    {errc::unknown_topic, 404, "unknown_topic", "There is no such topic"},
    {errc::method_not_allowed, 405, "method_not_allowed", "The method is not allowed here"},
    {errc::request_timeout, 408, "request_timeout", "The request took too long to arrive"},
    {errc::length_required, 411, "length_required", "The length of the body is not known"},
    {errc::body_too_large, 413, "body_too_large", "The body is too large"},
    {errc::decoded_too_large, 413, "decoded_too_large", "The decompressed body is too large"},
    {errc::too_many_events, 413, "too_many_events", "The request has too many events"},
    {errc::unsupported_encoding, 415, "unsupported_encoding", "The content encoding is not supported"},
    {errc::unsupported_media_type, 415, "unsupported_media_type", "The content type is not taken here"},
    {errc::unsupported_charset, 415, "unsupported_charset", "The charset is not supported"},
    {errc::expectation_failed, 417, "expectation_failed", "The expectation cannot be met"},
    {errc::quota_exceeded, 429, "quota_exceeded", "The quota is used up"},
    {errc::too_many_connections, 429, "too_many_connections", "Too many connections"},
    {errc::too_many_failures, 429, "too_many_failures", "Too many failed logins"},
    {errc::head_too_large, 431, "head_too_large", "The request's header is too large"},
    {errc::method_not_implemented, 501, "method_not_implemented", "The method is not known"},
    {errc::version_not_supported, 505, "version_not_supported", "The HTTP version is not supported"},
    {errc::internal_error, 500, "internal_error", "The gateway failed"},
    {errc::overloaded, 503, "overloaded", "The gateway is full"},
    {errc::draining, 503, "draining", "The gateway is shutting down"},
    {errc::not_ready, 503, "not_ready", "The gateway is not ready"},
    {errc::events_rejected, 422, "events_rejected", "Every event was rejected"},
    {errc::events_not_taken, 503, "events_not_taken", "No event was taken"},
    {errc::events_partly_taken, 503, "events_partly_taken", "Some events were not taken"},
    {errc::not_a_store, 404, "not_a_store", "The topic keeps no versions"},
    {errc::version_conflict, 409, "version_conflict", "The aggregate is at another version"},
    {errc::precondition_failed, 412, "precondition_failed", "The aggregate is at another version"},
    {errc::append_too_large, 413, "append_too_large", "The append is too large"},
    {errc::invalid_event, 422, "invalid_event", "An event is wrong"},
    {errc::append_refused, 422, "append_refused", "Kafka refused the append"},
    {errc::append_blocked, 503, "append_blocked", "An earlier append was refused"},
    {errc::append_unknown, 504, "append_unknown", "It is not known whether the append was written"},
    {errc::store_unfit, 503, "store_unfit", "Kafka is not set up for an event store"},
    {errc::no_owner, 503, "no_owner", "The partition has no owner here"},
    {errc::not_visible_yet, 504, "not_visible_yet", "It was not visible in time"},
    {errc::answer_timeout, 504, "answer_timeout", "Not every event was settled in time"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < errcs; ++i)
    if (static_cast<std::size_t>(table[i].error) != i) return false;
  return true;
}
static_assert(in_order(), "row_of() indexes the table by the error");

}  // namespace

std::span<const problem_row> problem_table() noexcept { return table; }

const problem_row& row_of(errc error) noexcept {
  assert(static_cast<std::size_t>(error) < errcs);
  return table[static_cast<std::size_t>(error)];
}

void append_problem_members(std::string& to, errc error, std::string_view detail) {
  const problem_row& row = row_of(error);
  to += R"({"type":"urn:headgate:problem:)";
  to += row.code;
  to += R"(","title":")";
  to += row.title;
  to += R"(","status":)";
  append_number(to, row.status);
  to += R"(,"code":")";
  to += row.code;
  to += R"(","detail":)";
  append_json_string(to, detail);
}

void append_problem(std::string& to, const problem& p) {
  append_problem_members(to, p.error, p.detail);
  to += '}';
}

}  // namespace gateway::http1
