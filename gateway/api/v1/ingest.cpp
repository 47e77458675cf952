#include "gateway/api/v1/ingest.h"

#include <string>
#include <utility>

#include "gateway/api/origins.h"
#include "gateway/api/partial_field.h"
#include "gateway/api/post_checks.h"
#include "gateway/api/refused_for.h"
#include "gateway/api/v1/answer.h"
#include "gateway/api/v1/ingest_query.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::v1 {
namespace {

using maybe = std::optional<http1::problem>;

// Dialects that are not opaque: storing them as they are would hide what they say behind a 200.
maybe not_taken_here(body_kind kind, std::string_view topic) {
  if (kind == body_kind::cloud_event)
    return http1::problem{http1::errc::unsupported_media_type,
                          "CloudEvents are posted to /v1/topics/{topic}/events (docs/cloudevents.md)"};
  if (kind == body_kind::rest_proxy)
    return http1::problem{http1::errc::unsupported_media_type,
                          "the REST Proxy's records are for POST /topics/" +
                              std::string(topic.empty() ? "{topic}" : topic.substr(0, 249)) +
                              " (docs/rest-proxy.md): send application/json or application/x-ndjson here"};
  return {};
}

}  // namespace

http1::planned ingest::plan(const http1::call& c, http1::exchange& x) {
  plan_ = ingest_plan{};
  plan_.kind = body_kind_of(c.head[http1::field::content_type]);
  is_cloud_event_ = clouds_ != nullptr && (c.head.has_ce || plan_.kind == api::body_kind::cloud_event);
  if (is_cloud_event_) return clouds_->plan(c, x);
  if (auto wrong = read(c, plan_)) return std::move(*wrong);
  if (takes_ == taken::tombstone) return take(c, {}, x);
  return http1::planned::step::wants_body;
}

maybe ingest::read(const http1::call& c, ingest_plan& out) {
  const auto read = ingest_query::read(c.to, lane_->settings().limits);
  if (!read) return read.error();
  const ingest_query& query = *read;
  out.timeout = query.timeout.value_or(lane_->settings().limits.answer_time_default);
  out.how.each = query.each;
  if (c.topic.empty() || takes_ == taken::tombstone)
    if (auto wrong = odd_parameter(query)) return wrong;
  if (!query.unknown.empty())
    if (auto wrong = unknown_parameter(c.to, lane_->settings().of_topic(c.topic).query_ignored)) return wrong;
  if (auto wrong = fields_.read(c.head)) return wrong;
  fields_.put_into(out.asked);
  const auto partial = partial_field_of(c.head);
  if (!partial) return partial.error();
  out.partial = *partial;
  if (takes_ == taken::tombstone && (out.asked.key || c.head.has(http1::field::headgate_key)))
    return http1::problem{http1::errc::invalid_field,
                          "the key of what is deleted stands in the path: leave Headgate-Key out"};
  if (takes_ == taken::tombstone)
    out.asked.key = c.to.segment(key_segment);
  else if (auto wrong = read_fields(c, out))
    return wrong;
  if (out.kind == api::body_kind::opaque && query.key)
    return http1::problem{http1::errc::invalid_query,
                          "key= looks into JSON, and this body is none by its Content-Type: send Headgate-Key instead"};
  if (auto wrong = c.body_is_here ? maybe{} : refusal_of(*lane_)) return wrong;
  out.asked.who = c.who;
  out.asked.client = c.from;
  out.asked.ack = query.ack;
  out.asked.on_invalid = query.on_invalid;
  out.asked.key_pointer = query.key;
  out.asked.wants_positions = query.each;
  if (c.topic.empty()) return read_routed(c, query, out);
  if (auto wrong = read_topic(c.topic, c.body_is_here, out)) return wrong;
  fields_.read_listed(c.head, *out.found.rules->settings);
  fields_.put_into(out.asked);
  if (takes_ == taken::tombstone) out.asked.key = c.to.segment(key_segment);
  out.how.partial = query.partial ? *query.partial : out.partial.value_or(out.found.rules->settings->partial);
  out.how.ack = out.found.level;
  return {};
}

maybe ingest::read_fields(const http1::call& c, ingest_plan& out) {
  const http1::request_head& head = c.head;
  if (auto wrong = check_body_head(head)) return wrong;
  // A page may send these without asking first (sendBeacon, a form's fetch): the gate has let this page in.
  if (out.kind == body_kind::opaque && is_foreign(head) && is_plain_text(head[http1::field::content_type]))
    out.kind = body_kind::json;
  if (auto wrong = not_taken_here(head.has_ce ? api::body_kind::cloud_event : out.kind, c.topic)) return wrong;
  if (auto wrong = check_charset(head, out.kind)) return wrong;
  const auto encoding = read_encoding(head, lane_->settings().limits);
  if (!encoding) return encoding.error();
  out.encoding = *encoding;
  const std::string_view key = head[http1::field::headgate_key];
  const bool has_key = head.has(http1::field::headgate_key);
  if (has_key) out.asked.key = key;  // else that of Headgate-Key*
  if (has_key && (head.has_repeated(http1::field::headgate_key) || key.empty() || !http1::is_utf8(key)))
    return http1::problem{http1::errc::invalid_field,
                          "Headgate-Key must stand once and be UTF-8 text that is not empty; leave it out for no key"};
  return {};
}

maybe ingest::odd_parameter(const ingest_query& query) const {
  if (query.key)
    return http1::problem{http1::errc::invalid_query,
                          takes_ == taken::tombstone
                              ? "the key of what is deleted stands in the path: leave key= out"
                              : "mixed events have the keys that their topics' key_pointers find: leave key= out"};
  if (query.on_invalid && takes_ == taken::tombstone)
    return http1::problem{http1::errc::invalid_query, "there is one event: leave on_invalid= out"};
  return {};
}

maybe ingest::read_routed(const http1::call& c, const ingest_query& query, ingest_plan& out) {
  if (out.kind == api::body_kind::opaque)
    return http1::problem{http1::errc::unsupported_media_type,
                          "the type that chooses an event's topic is found in JSON: send Content-Type application/json "
                          "or application/x-ndjson"};
  out.asked.asked_kafka = c.asked == http1::kafka_word::answered;
  const config::topic_settings& defaults = lane_->settings().topics.back();
  fields_.read_listed(c.head, defaults);
  const std::optional<std::string_view> key = out.asked.key;
  fields_.put_into(out.asked);
  out.asked.key = key;
  out.how.by_topic = true;
  out.how.partial = query.partial ? *query.partial : out.partial.value_or(defaults.partial);
  out.how.ack = query.ack.value_or(config::ack_level::broker);
  return {};
}

maybe ingest::read_topic(std::string_view name, bool body_is_here, ingest_plan& out) {
  out.asked.topic = name;
  if (auto wrong = find_topic(*door_, out.asked, body_is_here, out.found)) return wrong;
  if (takes_ == taken::tombstone) return {};
  if (out.kind == api::body_kind::opaque && out.found.rules->settings->opaque == config::opaque_bodies::refuse)
    return http1::problem{http1::errc::unsupported_media_type,
                          "this topic takes JSON and NDJSON only: send Content-Type application/json or "
                          "application/x-ndjson"};
  return {};
}

ingress::body_reader& ingest::reader_of(api::body_kind kind) noexcept {
  switch (kind) {
    case api::body_kind::json: return door_->json();
    case api::body_kind::ndjson: return door_->ndjson();
    case api::body_kind::document: return door_->document();
    case api::body_kind::rest_proxy:
    case api::body_kind::cloud_event:
    case api::body_kind::opaque: return door_->opaque();
  }
  return door_->opaque();
}

http1::planned ingest::take(const http1::call& c, std::string_view bytes, http1::exchange& x) {
  if (is_cloud_event_) return clouds_->take(c, bytes, x);
  const ingest_plan& plan = plan_;
  x.is_work |= plan.encoding != decode::encoding::identity;
  ingress::request asked = plan.asked;
  asked.listener = &x;
  ingress::body_reader& reader = takes_ == taken::tombstone ? door_->tombstone() : reader_of(plan.kind);
  ingress::body body = body_of(bytes, plan.encoding, reader, lane_->settings().limits);
  body.unpacked = x.unpacked;
  ingress::answer said = c.topic.empty() ? door_->take_routed(asked, body) : door_->take(asked, plan.found, body);
  if (said.what == ingress::verdict::taken) {
    x.ack = said.ack;
    x.remember(plan.how);
    x.deadline = lane_->now() + plan.timeout;
    said.ack->seal();
    return http1::planned::step::waits;
  }
  if (said.what == ingress::verdict::refused) return problem_of(std::move(said.why));
  if (auto wrong = refused_for(said, auth::right::write, c.topic.empty() ? std::string_view(said.why.text) : c.topic))
    return std::move(*wrong);
  if (said.what == ingress::verdict::unknown_topic)
    return http1::problem{http1::errc::unknown_topic, "a route leads to a topic that Kafka does not have"};
  return nothing_taken();
}

void ingest::write(http1::exchange& x, bool timed_out, std::string& body) {
  auto how = x.recall<answer_how>();
  how.timed_out = timed_out;
  const tally tally = tally_of(*x.ack, how);
  x.reply.status = status_of(tally, how.partial);
  if (x.reply.status >= 400) x.reply.content_type = http1::problem_content_type;
  if (retry_can_help(tally)) x.reply.retry_after_seconds = lane_->outside().retry_after_seconds();
  append_answer(body, *x.ack, how, tally, x.reply.status);
}

}  // namespace gateway::api::v1
