#include "gateway/api/v1/ingest.h"

#include "gateway/api/v1/ingest_query.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::v1 {
namespace {

using maybe = std::optional<http1::problem>;

http1::problem of_body(const decode::body_error& e) {
  switch (e.code) {
    case decode::body_errc::broken_array: return {http1::errc::invalid_json, e.detail};
    case decode::body_errc::no_events: return {http1::errc::no_events, e.detail};
    case decode::body_errc::too_many_events: return {http1::errc::too_many_events, e.detail};
  }
  return {http1::errc::internal_error, e.detail};
}

http1::problem of_decompression(const decode::decompress_error& e) {
  const bool too_large = e.code == decode::decompress_errc::too_large;
  return {too_large ? http1::errc::decoded_too_large : http1::errc::invalid_encoding, e.detail};
}

// Dialects that are not opaque: storing them as they are would hide what they say behind a 200.
maybe not_taken_here(const http1::request_head& head, body_kind kind) {
  if (kind == body_kind::rest_proxy)
    return http1::problem{
        http1::errc::unsupported_media_type,
        "the REST Proxy's records are for POST /topics/{topic}, which this gateway does not have yet: "
        "send application/json or application/x-ndjson here"};
  if (kind == body_kind::cloud_event || head.has(http1::field::ce_specversion))
    return http1::problem{http1::errc::unsupported_media_type,
                          "CloudEvents are not understood yet: send the event as application/json, without ce- fields"};
  return {};
}

maybe choose_ack(const config::topic_settings& topic, std::optional<config::ack_level> asked, config::ack_level& out) {
  out = asked.value_or(topic.ack);
  if (asked == config::ack_level::none && !topic.ack_none_allowed)
    return http1::problem{http1::errc::ack_not_allowed, "this topic's configuration forbids ack=none: use ack=broker"};
  return {};
}

}  // namespace

maybe ingest::refusal() const {
  if (lane_->draining())
    return http1::problem{http1::errc::draining,
                          "the gateway is shutting down: send the request again to another instance, or later"};
  if (lane_->budget().paused())
    return http1::problem{http1::errc::overloaded,
                          "what may be in flight is used up: send the request again after Retry-After"};
  if (const std::string why = lane_->outside().not_ready_reason(); !why.empty())
    return http1::problem{why.starts_with("draining") ? http1::errc::draining : http1::errc::not_ready,
                          why + ": send the request again after Retry-After"};
  return {};
}

maybe ingest::plan(const http1::request_head& head, const http1::target& to, bool body_is_here, ingest_plan& out) {
  const auto read = ingest_query::read(to, lane_->settings().limits);
  if (!read) return read.error();
  const ingest_query& query = *read;
  out.timeout = query.timeout.value_or(lane_->settings().limits.answer_time_default);
  out.how.each = query.each;
  if (!query.unknown.empty())
    if (auto wrong = unknown_parameter(to, lane_->settings().of_topic(to.segment(2)).query_ignored)) return wrong;
  if (auto wrong = read_fields(head, out)) return wrong;
  if (out.kind == api::body_kind::opaque && query.key)
    return http1::problem{http1::errc::invalid_query,
                          "key= looks into JSON, and this body is none by its Content-Type: send Headgate-Key instead"};
  if (auto wrong = body_is_here ? maybe{} : refusal()) return wrong;
  if (auto wrong = read_topic(to.segment(2), body_is_here, out)) return wrong;
  out.on_invalid = query.on_invalid.value_or(out.rules->settings->intake.invalid);
  if (!out.has_key) out.keys = query.key ? &finder_of(*query.key, *out.topic->shared, *out.rules) : &*out.rules->keys;
  out.how.partial = query.partial ? *query.partial : out.partial.value_or(out.rules->settings->partial);
  return choose_ack(*out.rules->settings, query.ack, out.how.ack);
}

maybe ingest::read_fields(const http1::request_head& head, ingest_plan& out) {
  if (head.framing == http1::framing::none)
    return http1::problem{http1::errc::length_required, "send Content-Length, or Transfer-Encoding: chunked"};
  if (head.has_repeated(http1::field::content_type))
    return http1::problem{http1::errc::invalid_field, "Content-Type may stand only once"};
  out.kind = body_kind_of(head[http1::field::content_type]);
  if (auto wrong = not_taken_here(head, out.kind)) return wrong;
  if (out.kind != api::body_kind::opaque && !is_utf8_charset(head[http1::field::content_type]))
    return http1::problem{http1::errc::unsupported_charset,
                          "JSON is UTF-8 (RFC 8259): convert the body and leave charset out"};
  const auto encoding = head.has(http1::field::content_encoding)
                            ? decode::parse_encoding(head[http1::field::content_encoding])
                            : decode::encoding::identity;
  if (!encoding || head.has_repeated(http1::field::content_encoding))
    return http1::problem{http1::errc::unsupported_encoding,
                          "Content-Encoding must be one of gzip, zstd, lz4, identity"};
  out.encoding = *encoding;
  if (const auto max = lane_->settings().limits.body_bytes_max;
      head.framing == http1::framing::length && head.body_bytes > max)
    return http1::problem{http1::errc::body_too_large, "the body is larger than limits.body_bytes_max (" +
                                                           std::to_string(max) + " bytes): send smaller requests"};
  out.has_key = head.has(http1::field::headgate_key);
  out.key = head[http1::field::headgate_key];
  if (out.has_key && (head.has_repeated(http1::field::headgate_key) || out.key.empty() || !http1::is_utf8(out.key)))
    return http1::problem{http1::errc::invalid_field,
                          "Headgate-Key must stand once and be UTF-8 text that is not empty; leave it out for no key"};
  if (head.has(http1::field::headgate_partial)) {
    out.partial = partial_status_of(head[http1::field::headgate_partial]);
    if (!out.partial || head.has_repeated(http1::field::headgate_partial))
      return http1::problem{http1::errc::invalid_field, "Headgate-Partial must stand once and be 207 or 503"};
  }
  if (!head.has_repeated(http1::field::traceparent) && is_traceparent(head[http1::field::traceparent]))
    out.traceparent = head[http1::field::traceparent];
  return {};
}

maybe ingest::read_topic(std::string_view name, bool body_is_here, ingest_plan& out) {
  out.topic = lane_->topics().find(name);
  if (out.topic == nullptr)
    return http1::problem{http1::errc::unknown_topic,
                          "Kafka has no topic '" + std::string(name.substr(0, 249)) +
                              "', and the gateway never creates one: create it, or correct the path"};
  if (!body_is_here && lane_->is_full(*out.topic->shared))
    return http1::problem{
        http1::errc::overloaded,
        "this topic holds its share of what may be in flight: send the request again after Retry-After"};
  out.rules = &rules_of(*out.topic->shared);
  if (out.kind == api::body_kind::opaque && out.rules->settings->opaque == config::opaque_bodies::refuse)
    return http1::problem{http1::errc::unsupported_media_type,
                          "this topic takes JSON and NDJSON only: send Content-Type application/json or "
                          "application/x-ndjson"};
  return {};
}

const topic_rules& ingest::rules_of(const batching::topic& t) {
  if (rules_.size() <= t.id()) rules_.resize(t.id() + 1);
  std::unique_ptr<topic_rules>& rules = rules_[t.id()];
  if (!rules) rules = std::make_unique<topic_rules>();
  if (rules->settings_version != lane_->settings_version()) {
    rules->settings_version = lane_->settings_version();
    rules->settings = &lane_->settings().of_topic(t.name());
    rules->keys.emplace(rules->settings->key_pointers);
  }
  return *rules;
}

// The pointer of `key=` comes first, the topic's own behind it: an event without the one may have the other.
const decode::key_finder& ingest::finder_of(std::string_view pointer, const batching::topic& t,
                                            const topic_rules& rules) {
  std::string known_as = std::to_string(t.id()) + ' ' + std::to_string(rules.settings_version) + ' ';
  known_as += pointer;
  if (const auto known = pointers_.find(known_as); known != pointers_.end()) return known->second;
  if (pointers_.size() == pointers_max) pointers_.clear();
  std::vector<std::string> places{std::string(pointer)};
  places.insert(places.end(), rules.settings->key_pointers.begin(), rules.settings->key_pointers.end());
  return pointers_.emplace(std::move(known_as), decode::key_finder(places)).first->second;
}

void ingest::take(const ingest_plan& plan, std::string_view body, api::exchange& x) {
  lane_->decoded().clear();
  maybe wrong = decode(plan, body);
  if (!wrong) wrong = set_key(plan);
  if (wrong) {
    x.reply.refuse(*wrong);
    x.answered = true;
  } else {
    set_headers(plan);
    submit(plan, x);
  }
  decompressed_.shrink(decoded_bytes_kept);
}

void ingest::submit(const ingest_plan& plan, api::exchange& x) {
  batching::events& list = lane_->decoded();
  batching::intake_policy policy = plan.rules->settings->intake;
  policy.invalid = plan.on_invalid;
  const auto when =
      plan.how.ack == config::ack_level::none ? batching::answer_when::accepted : batching::answer_when::settled;
  batching::ack& answer = lane_->take_ack();
  answer.begin(&x, static_cast<std::uint32_t>(list.size()), plan.how.each);
  if (lane_->submit(*plan.topic, policy, list, answer, when, metrics::listener::http) == batching::admission::full) {
    answer.cancel();
    lane_->give_back(answer);
    x.reply.refuse({http1::errc::overloaded,
                    "what may be in flight is used up: nothing was taken; send the request again after Retry-After"});
    x.reply.retry_after_seconds = lane_->outside().retry_after_seconds();
    x.answered = true;
    return;
  }
  x.ack = &answer;
  x.how = plan.how;
  x.deadline = lane_->now() + plan.timeout;
  answer.seal();
}

maybe ingest::decode(const ingest_plan& plan, std::string_view body) {
  const config::limits& limits = lane_->settings().limits;
  if (plan.encoding != decode::encoding::identity) {
    const auto plain = decompressor_.run(plan.encoding, body, limits.decoded_bytes_max, decompressed_);
    if (!plain) return of_decompression(plain.error());
    body = *plain;
  }
  const decode::decode_options how{.keys = plan.keys,
                                   .validate = plan.rules->settings->validate == config::validation::full,
                                   .depth_max = limits.json_depth_max,
                                   .events_max = limits.events_per_request_max};
  batching::events& list = lane_->decoded();
  const auto done = plan.kind == api::body_kind::json       ? decoder_.json(body, how, list)
                    : plan.kind == api::body_kind::ndjson   ? decoder_.ndjson(body, how, list)
                    : plan.kind == api::body_kind::document ? decoder_.document(body, how, list)
                                                            : decoder_.opaque(body, list);
  if (!done) return of_body(done.error());
  return {};
}

maybe ingest::set_key(const ingest_plan& plan) {
  if (!plan.has_key) return {};
  batching::events& list = lane_->decoded();
  if (list.size() != 1)
    return http1::problem{http1::errc::key_needs_single_event,
                          "the request has " + std::to_string(list.size()) +
                              " events: leave Headgate-Key out and let key=/json/pointer find each one's key"};
  list[0].key = plan.key;
  list[0].has_key = true;
  return {};
}

void ingest::set_headers(const ingest_plan& plan) {
  if (plan.traceparent.empty()) return;
  trace_header_ = {"traceparent", plan.traceparent};
  batching::events& list = lane_->decoded();
  for (std::size_t i = 0; i < list.size(); ++i) list[i].headers = {&trace_header_, 1};
}

}  // namespace gateway::api::v1
