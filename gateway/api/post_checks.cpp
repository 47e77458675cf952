#include "gateway/api/post_checks.h"

#include <string>
#include <utility>

#include "gateway/api/refused_for.h"

namespace gateway::api {
namespace {

using maybe = std::optional<http1::problem>;

http1::errc error_of(ingress::errc why) noexcept {
  using ingress::errc;
  switch (why) {
    case errc::ack_not_allowed: return http1::errc::ack_not_allowed;
    case errc::invalid_json: return http1::errc::invalid_json;
    case errc::no_events: return http1::errc::no_events;
    case errc::too_many_events: return http1::errc::too_many_events;
    case errc::invalid_encoding: return http1::errc::invalid_encoding;
    case errc::decoded_too_large: return http1::errc::decoded_too_large;
    case errc::key_needs_single_event: return http1::errc::key_needs_single_event;
    case errc::bad_signature: return http1::errc::bad_signature;
    case errc::not_on_store: return http1::errc::invalid_field;
    case errc::wrong_decoded_size:
    case errc::malformed_records:
    case errc::too_many_headers: break;  // of bodies that HTTP does not have
  }
  return http1::errc::internal_error;
}

}  // namespace

http1::problem problem_of(ingress::refusal why) { return {error_of(why.code), std::move(why.text)}; }

http1::problem unknown_topic(std::string_view name) {
  return {http1::errc::unknown_topic, "Kafka has no topic '" + std::string(name.substr(0, 249)) +
                                          "', and the gateway never creates one: create it, or correct the path"};
}

http1::problem nothing_taken() {
  return {http1::errc::overloaded,
          "what may be in flight is used up: nothing was taken; send the request again after Retry-After"};
}

maybe refusal_of(runtime::lane& on) {
  if (on.draining())
    return http1::problem{http1::errc::draining,
                          "the gateway is shutting down: send the request again to another instance, or later"};
  if (on.budget().paused())
    return http1::problem{http1::errc::overloaded,
                          "what may be in flight is used up: send the request again after Retry-After"};
  if (const std::string why = on.outside().not_ready_reason(); !why.empty())
    return http1::problem{why.starts_with("draining") ? http1::errc::draining : http1::errc::not_ready,
                          why + ": send the request again after Retry-After"};
  return {};
}

maybe check_body_head(const http1::request_head& head) {
  if (head.framing == http1::framing::none)
    return http1::problem{http1::errc::length_required, "send Content-Length, or Transfer-Encoding: chunked"};
  if (head.has_repeated(http1::field::content_type))
    return http1::problem{http1::errc::invalid_field, "Content-Type may stand only once"};
  return {};
}

maybe check_charset(const http1::request_head& head, body_kind kind) {
  if (kind == body_kind::opaque || is_utf8_charset(head[http1::field::content_type])) return {};
  return http1::problem{http1::errc::unsupported_charset,
                        "JSON is UTF-8 (RFC 8259): convert the body and leave charset out"};
}

boost::system::result<decode::encoding, http1::problem> read_encoding(const http1::request_head& head,
                                                                      const config::limits& limits) {
  const auto encoding = head.has(http1::field::content_encoding)
                            ? decode::parse_encoding(head[http1::field::content_encoding])
                            : decode::encoding::identity;
  if (!encoding || head.has_repeated(http1::field::content_encoding))
    return http1::problem{http1::errc::unsupported_encoding,
                          "Content-Encoding must be one of gzip, deflate, zstd, lz4, snappy, identity"};
  if (head.framing == http1::framing::length && head.body_bytes > limits.body_bytes_max)
    return http1::problem{http1::errc::body_too_large, "the body is larger than limits.body_bytes_max (" +
                                                           std::to_string(limits.body_bytes_max) +
                                                           " bytes): send smaller requests"};
  return *encoding;
}

maybe find_topic(ingress::door& door, const ingress::request& asked, bool body_is_here, ingress::plan& found) {
  ingress::answer said = door.find(asked, found);
  if (auto wrong = refused_for(said, auth::right::write, asked.topic)) return wrong;
  if (said.what == ingress::verdict::unknown_topic) return unknown_topic(asked.topic);
  if (!body_is_here && door.on().is_full(*found.to->shared))
    return http1::problem{
        http1::errc::overloaded,
        "this topic holds its share of what may be in flight: send the request again after Retry-After"};
  if (said.what == ingress::verdict::refused) return problem_of(std::move(said.why));
  return {};
}

ingress::body body_of(std::string_view bytes, decode::encoding encoding, ingress::body_reader& reader,
                      const config::limits& limits) {
  ingress::body body;
  body.bytes = bytes;
  body.encoding = encoding;
  body.reader = &reader;
  body.decoded_bytes_max = limits.decoded_bytes_max;
  body.events_max = limits.events_per_request_max;
  return body;
}

}  // namespace gateway::api
