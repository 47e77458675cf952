#include "gateway/api/cloudevents/receive.h"

#include <utility>

#include "gateway/api/cloudevents/webhook.h"
#include "gateway/api/media.h"
#include "gateway/api/partial_field.h"
#include "gateway/api/v1/answer.h"
#include "gateway/api/v1/ingest_query.h"

namespace gateway::api::cloudevents {

using http1::planned;
using http1::problem;

void receive::options(const http1::request_head& head, http1::reply& r) { consent(head, r); }

planned receive::plan(const http1::call& c, http1::exchange&) {
  const auto query = v1::ingest_query::read(c.to, post_.on().settings().limits);
  if (!query) return query.error();
  if (!query->unknown.empty())
    if (auto wrong = v1::unknown_parameter(c.to, post_.on().settings().of_topic(c.topic).query_ignored))
      return std::move(*wrong);
  if (query->key || c.head.has(http1::field::headgate_key))
    return problem{
        http1::errc::invalid_query,
        "a CloudEvent's key is its partitionkey or subject (cloudevents_key in the topic's rules): leave key= "
        "and Headgate-Key out"};
  const auto mode = mode_of(c.head);
  if (!mode)
    return problem{http1::errc::unsupported_media_type,
                   "CloudEvents are taken as application/cloudevents+json, application/cloudevents-batch+json, or with "
                   "their attributes in ce- fields"};
  if (*mode != mode::binary && !is_utf8_charset(c.head[http1::field::content_type]))
    return problem{http1::errc::unsupported_charset,
                   "JSON is UTF-8 (RFC 8259): convert the body and leave charset out"};
  mode_ = *mode;
  ingress::request asked;
  asked.ack = query->ack;
  asked.on_invalid = query->on_invalid;
  asked.wants_positions = query->each;
  if (auto wrong = post_.plan(c, asked)) return std::move(*wrong);
  const auto of_field = partial_field_of(c.head);
  if (!of_field) return of_field.error();
  how_.each = query->each;
  how_.partial = query->partial ? *query->partial : of_field->value_or(post_.rules().partial);
  timeout_ = query->timeout.value_or(post_.on().settings().limits.answer_time_default);
  return planned::step::wants_body;
}

planned receive::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  reader_.begin(mode_, c.head, post_.rules());
  ingress::answer said = post_.take(body, reader_, x);
  if (said.what != ingress::verdict::taken) return post_.problem_of_take(std::move(said));
  how_.ack = said.level;
  x.by = this;
  x.remember(how_);
  x.deadline = post_.on().now() + timeout_;
  return planned::step::waits;
}

void receive::write(http1::exchange& x, bool timed_out, std::string& body) {
  auto how = x.recall<v1::answer_how>();
  how.timed_out = timed_out;
  const v1::tally tally = v1::tally_of(*x.ack, how);
  x.reply.status = v1::status_of(tally, how.partial);
  if (x.reply.status >= 400) x.reply.content_type = http1::problem_content_type;
  if (v1::retry_can_help(tally)) x.reply.retry_after_seconds = post_.on().outside().retry_after_seconds();
  v1::append_answer(body, *x.ack, how, tally, x.reply.status);
}

}  // namespace gateway::api::cloudevents
