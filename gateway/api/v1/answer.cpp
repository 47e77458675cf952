#include "gateway/api/v1/answer.h"

#include "batching/topic.h"
#include "gateway/api/answer_texts.h"
#include "gateway/http1/json_text.h"
#include "gateway/http1/pen.h"
#include "gateway/http1/problem.h"

namespace gateway::api::v1 {
namespace {

using batching::ack;
using batching::outcome;
using batching::reason;

constexpr outcome all_outcomes[] = {outcome::persisted,     outcome::duplicate,          outcome::rejected,
                                    outcome::not_persisted, outcome::possibly_persisted, outcome::blocked};

constexpr std::size_t counts_bytes_max = 64 + 7 * (sizeof R"(,"possibly_persisted":)" + http1::pen::digits_max);
constexpr std::size_t span_bytes_max =
    sizeof R"(,{"partition":,"events":,"first_offset":,"last_offset":})" + 4 * http1::pen::digits_max;
constexpr std::size_t position_bytes_max =
    sizeof R"(,{"index":,"outcome":"possibly_persisted","partition":,"offset":})" + 3 * http1::pen::digits_max;

constexpr std::size_t topic_bytes_max = sizeof R"("topic":"",)" + 249;  // legal names need no escape

void append_counts(std::string& to, const ack& a, const answer_how& how) {
  http1::pen out(to, counts_bytes_max);
  if (how.ack == config::ack_level::broker)
    out << R"("ack":"broker","events":)" << a.events();
  else
    out << R"("ack":"none","events":)" << a.events() << R"(,"accepted":)" << a.accepted();
  for (const outcome o : all_outcomes)
    out << ",\"" << batching::name(o)
        << "\":" << a.count(o) + (o == outcome::possibly_persisted && how.timed_out ? a.open() : 0);
}

void append_partitions(std::string& to, ack& a, const answer_how& how) {
  const auto spans = a.partitions();
  http1::pen out(to, 32 + spans.size() * (span_bytes_max + (how.by_topic ? topic_bytes_max : 0)));
  out << R"(,"partitions":[)";
  for (const batching::partition_span& p : spans) {
    if (&p != spans.data()) out << ",";
    out << "{";
    if (how.by_topic && p.of != nullptr) out << R"("topic":")" << p.of->name() << R"(",)";
    out << R"("partition":)" << p.partition << R"(,"events":)" << p.events << R"(,"first_offset":)" << p.first_offset
        << R"(,"last_offset":)" << p.last_offset << "}";
  }
  out << "]";
}

void append_failure(std::string& to, std::uint32_t index, outcome fate, reason why, std::string_view text) {
  if (to.back() == '}') to += ',';
  to += R"({"index":)";
  http1::append_number(to, index);
  to += R"(,"outcome":")";
  to += batching::name(fate);
  to += R"(","code":")";
  to += batching::code(why);
  to += '"';
  if (!text.empty()) {
    to += R"(,"detail":)";
    http1::append_json_string(to, text);
  }
  to += '}';
}

// Failures and, after a timeout, what is still open: both rising by index, merged.
void append_failures(std::string& to, ack& a, const answer_how& how) {
  to += R"(,"failures":[)";
  const std::vector<std::uint32_t> open = how.timed_out ? a.open_indexes() : std::vector<std::uint32_t>{};
  auto next_open = open.begin();
  answer_texts texts;
  const auto open_before = [&](std::uint64_t index) {
    for (; next_open != open.end() && *next_open < index; ++next_open)
      append_failure(to, *next_open, outcome::possibly_persisted, reason::answer_timeout,
                     texts.take(explain(reason::answer_timeout)));
  };
  for (const batching::failure& f : a.failures()) {
    open_before(f.index);
    if (f.fate == outcome::duplicate) continue;
    append_failure(to, f.index, f.fate, f.why, texts.take(f.detail.empty() ? explain(f.why) : f.detail));
  }
  open_before(a.events());
  to += ']';
}

std::string_view fate_of(const batching::position& p, const answer_how& how) noexcept {
  if (p.partition >= 0) return batching::name(outcome::persisted);
  return how.ack == config::ack_level::none ? "accepted" : batching::name(outcome::possibly_persisted);
}

void append_results(std::string& to, ack& a, const answer_how& how) {
  const auto failures = a.failures();
  const auto positions = a.positions();
  auto failed = failures.begin();
  http1::pen out(to, 32 + positions.size() * (position_bytes_max + (how.by_topic ? topic_bytes_max : 0)));
  out << R"(,"results":[)";
  for (std::uint32_t index = 0; index < positions.size(); ++index) {
    const batching::position& p = positions[index];
    const bool has_failed = failed != failures.end() && failed->index == index;
    if (index > 0) out << ",";
    out << R"({"index":)" << index << R"(,"outcome":")" << (has_failed ? batching::name(failed->fate) : fate_of(p, how))
        << "\"";
    if (how.by_topic && p.of != nullptr) out << R"(,"topic":")" << p.of->name() << "\"";
    if (p.partition >= 0) out << R"(,"partition":)" << p.partition << R"(,"offset":)" << p.offset;
    if (has_failed) ++failed;
    out << "}";
  }
  out << "]";
}

http1::errc problem_of(int status, const tally& t) noexcept {
  if (status == 422) return http1::errc::events_rejected;
  if (status == 504) return http1::errc::answer_timeout;
  return t.stored + t.accepted > 0 ? http1::errc::events_partly_taken : http1::errc::events_not_taken;
}

std::string_view advice_of(int status, const tally& t) noexcept {
  if (status == 422)
    return "no event of this request can ever be taken as it is: correct the rejected ones in `failures`, then send "
           "all "
           "again";
  if (status == 504)
    return "the fate of some events in `failures` is unknown: they may still be written, and sending them again may "
           "duplicate them";
  if (t.stored + t.accepted > 0)
    return "some events are stored and others are not, and this request asks for an error then: send those in "
           "`failures` again; the whole request would duplicate the stored ones";
  if (t.rejected > 0)
    return "nothing of this request was written: send it again after Retry-After; the rejected events in `failures` "
           "will never succeed";
  return "nothing of this request was written: send it again after Retry-After";
}

}  // namespace

void append_answer(std::string& to, ack& a, const answer_how& how, const tally& t, int status) {
  if (status >= 400) {
    http1::append_problem_members(to, problem_of(status, t), advice_of(status, t));
    to += ',';
  } else {
    to += '{';
  }
  append_counts(to, a, how);
  append_partitions(to, a, how);
  append_failures(to, a, how);
  if (how.each) append_results(to, a, how);
  to += '}';
}

std::string_view explain(reason why) noexcept {
  switch (why) {
    case reason::none: return "";
    case reason::invalid_json: return "the event is not one whole JSON value (RFC 8259, UTF-8)";
    case reason::invalid_key: return "the value at the key's place must be a string or a number";
    case reason::missing_key:
      return "the topic requires a key: send Headgate-Key, or the field its configuration names";
    case reason::event_too_large: return "the event is larger than the topic's event_bytes_max";
    case reason::key_too_large: return "the key is longer than the topic's key_bytes_max";
    case reason::empty_event: return "an event of no bytes would be a tombstone in Kafka: send at least one byte";
    case reason::request_refused:
      return "another event of this request is invalid and on_invalid=refuse: correct it and send all again";
    case reason::aggregate_fenced:
      return "an earlier event of this aggregate is invalid and on_invalid=fence: correct it, then send both in order";
    case reason::partition_full:
      return "the event's partition holds its share of what may be in flight: send it again later";
    case reason::kafka_refused: return "Kafka refused the record for good";
    case reason::message_too_large: return "the record is larger than the topic's max.message.bytes in Kafka";
    case reason::topic_gone: return "the topic was deleted while the record waited";
    case reason::not_authorized: return "Kafka does not let the gateway write to this topic: ask its operator";
    case reason::producer_failed: return "the gateway's producer was lost and rebuilt while the record was under way";
    case reason::earlier_record_unknown:
      return "the fate of an earlier record of this aggregate is unknown: settle that one first";
    case reason::answer_timeout:
      return "not settled within timeout_ms: not_persisted was taken back, possibly_persisted is still on its way";
    case reason::shutting_down: return "the gateway stopped before the record was settled";
    case reason::earlier_record_failed:
      return "an earlier record of this aggregate was not written: send that one again first, then this one";
    case reason::cluster_refused:
      return "the Kafka cluster, as it is set up, does not take what the gateway sends: ask its operator";
    case reason::unknown_partition: return "the event names a partition that the topic does not have";
    case reason::invalid_header: return "a record header has an impossible name or value, or there are too many";
    case reason::invalid_timestamp:
      return "the timestamp is neither RFC 3339 nor milliseconds, or is outside the time that the topic allows";
    case reason::missing_timestamp: return "the envelope needs a timestamp, and none was found";
    case reason::missing_event_id: return "the envelope needs an event id, and none was found";
    case reason::invalid_event_id: return "the event id must be a string that is not empty";
    case reason::missing_event_type: return "the envelope needs an event type, and none was found";
    case reason::invalid_event_type: return "the event type must be a string that is not empty";
    case reason::missing_payload: return "the envelope needs a payload, and none was found";
    case reason::invalid_payload: return "the payload must be an object or an array";
    case reason::no_route: return "no route takes an event of this type: see `routes` in the configuration";
    case reason::unknown_topic: return "the route leads to a topic that Kafka does not have";
    case reason::no_owner:
      return "this instance does not own the event's partition at the moment, or Kafka is not set up for a store topic "
             "(its log "
             "says so): send it again";
    case reason::abandoned: return "the gateway lost sight of the record: a defect, please report it";
  }
  return "";
}

}  // namespace gateway::api::v1
