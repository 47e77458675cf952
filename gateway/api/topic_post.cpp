#include "gateway/api/topic_post.h"

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
    default: return http1::errc::internal_error;
  }
}

}  // namespace

http1::problem problem_of(ingress::refusal why) { return {error_of(why.code), std::move(why.text)}; }

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

maybe topic_post::read_fields(const http1::request_head& head) {
  if (head.framing == http1::framing::none)
    return http1::problem{http1::errc::length_required, "send Content-Length, or Transfer-Encoding: chunked"};
  if (head.has_repeated(http1::field::content_type))
    return http1::problem{http1::errc::invalid_field, "Content-Type may stand only once"};
  const auto encoding = head.has(http1::field::content_encoding)
                            ? decode::parse_encoding(head[http1::field::content_encoding])
                            : decode::encoding::identity;
  if (!encoding || head.has_repeated(http1::field::content_encoding))
    return http1::problem{http1::errc::unsupported_encoding,
                          "this Content-Encoding is not supported: see docs/http.md"};
  encoding_ = *encoding;
  if (const auto max = lane_->settings().limits.body_bytes_max;
      head.framing == http1::framing::length && head.body_bytes > max)
    return http1::problem{http1::errc::body_too_large, "the body is larger than limits.body_bytes_max (" +
                                                           std::to_string(max) + " bytes): send smaller requests"};
  return {};
}

maybe topic_post::plan(const http1::call& c, const ingress::request& asked) {
  if (auto wrong = read_fields(c.head)) return wrong;
  if (auto wrong = c.body_is_here ? maybe{} : refusal_of(*lane_)) return wrong;
  asked_ = asked;
  asked_.who = c.who;
  asked_.topic = c.topic;
  ingress::answer found = door_->find(asked_, found_);
  if (auto wrong = refused_for(found, auth::right::write, c.topic)) return wrong;
  if (found.what == ingress::verdict::unknown_topic)
    return http1::problem{http1::errc::unknown_topic,
                          "Kafka has no topic '" + std::string(c.topic.substr(0, 249)) +
                              "', and the gateway never creates one: create it, or correct the path"};
  if (!c.body_is_here && lane_->is_full(*found_.to->shared))
    return http1::problem{
        http1::errc::overloaded,
        "this topic holds its share of what may be in flight: send the request again after Retry-After"};
  if (found.what == ingress::verdict::refused) return problem_of(std::move(found.why));
  return {};
}

ingress::answer topic_post::take(std::string_view bytes, ingress::body_reader& with, http1::exchange& x) {
  const config::limits& limits = lane_->settings().limits;
  asked_.listener = &x;
  x.is_work |= encoding_ != decode::encoding::identity;
  ingress::body body;
  body.bytes = bytes;
  body.encoding = encoding_;
  body.reader = &with;
  body.decoded_bytes_max = limits.decoded_bytes_max;
  body.events_max = limits.events_per_request_max;
  ingress::answer said = door_->take(asked_, found_, body);
  if (said.what != ingress::verdict::taken) return said;
  x.ack = said.ack;
  said.ack->seal();
  return said;
}

http1::problem topic_post::problem_of_take(ingress::answer said) {
  if (auto wrong = refused_for(said, auth::right::write, asked_.topic)) return std::move(*wrong);
  if (said.what == ingress::verdict::refused) return problem_of(std::move(said.why));
  return {http1::errc::overloaded,
          "what may be in flight is used up: nothing was taken; send the request again after Retry-After"};
}

}  // namespace gateway::api
