#include "gateway/api/store/append_endpoint.h"

#include <array>
#include <string>
#include <utility>

#include "batching/event.h"
#include "gateway/api/post_checks.h"
#include "gateway/api/store/append_answer.h"
#include "gateway/auth/address.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::store {
namespace {

using http1::errc;
using http1::problem;

constexpr std::size_t decoded_bytes_kept = 1 << 20;

// Co-owned with what is under way between the lanes.
struct append_state final : http1::exchange_state {
  ~append_state() override { job->on_answered = nullptr; }
  std::shared_ptr<stores::append_job> job;
  stores::place* at = nullptr;
  bool is_precondition = false;
};

problem problem_of_events(const ingress::refusal& why) {
  switch (why.code) {
    case ingress::errc::no_events: return {errc::no_events, why.text};
    case ingress::errc::too_many_events: return {errc::append_too_large, why.text};
    default: return {errc::invalid_json, why.text};
  }
}

problem invalid_event(std::size_t index, std::string_view why) {
  return {errc::invalid_event, "event " + std::to_string(index) + ": " + std::string(why) + "; nothing was written"};
}

}  // namespace

http1::planned append_endpoint::plan(const http1::call& c, http1::exchange& x) {
  plan_ = planned_append{};
  if (auto wrong = read_query(c)) return std::move(*wrong);
  if (auto wrong = read_body_fields(c.head)) return std::move(*wrong);
  auto fields = read_append_fields(c.head);
  if (!fields) return std::move(fields).error();
  plan_.fields = std::move(*fields);
  if (auto wrong = c.body_is_here ? maybe{} : refusal_of(*lane_)) return std::move(*wrong);
  auto found = find_aggregate(c, *door_, *stores_);
  if (!found) return std::move(found).error();
  plan_.to = *found;
  if (auto wrong = read_record_fields(c)) return std::move(*wrong);
  if (plan_.to.at == nullptr) {
    write_answer({}, {}, x.reply);
    x.reply.retry_after_seconds = 1;
    return http1::planned::step::answered;
  }
  return http1::planned::step::wants_body;
}

append_endpoint::maybe append_endpoint::read_query(const http1::call& c) {
  static constexpr std::array<std::string_view, 1> known{"timeout_ms"};
  if (auto wrong = check_parameters(c, known)) return wrong;
  const config::limits& limits = lane_->settings().limits;
  plan_.timeout = limits.answer_time_default;
  const std::string_view* written = c.to.find("timeout_ms");
  if (written == nullptr) return {};
  const auto ms = read_number(*written);
  const auto max = static_cast<std::uint64_t>(limits.answer_time_max.count());
  if (!ms || *ms < 1 || *ms > max)
    return problem{errc::invalid_query, "timeout_ms must be 1 to " + std::to_string(max)};
  plan_.timeout = std::chrono::milliseconds(*ms);
  return {};
}

append_endpoint::maybe append_endpoint::read_body_fields(const http1::request_head& head) {
  if (auto wrong = check_body_head(head)) return wrong;
  plan_.kind = body_kind_of(head[http1::field::content_type]);
  if (plan_.kind == body_kind::rest_proxy || plan_.kind == body_kind::cloud_event || head.has_ce)
    return problem{
        errc::unsupported_media_type,
        "an append takes application/json, application/x-ndjson, or one opaque event; CloudEvents are posted "
        "to /v1/topics/{topic}/events"};
  if (auto wrong = check_charset(head, plan_.kind)) return wrong;
  const auto encoding = read_encoding(head, lane_->settings().limits);
  if (!encoding) return encoding.error();
  plan_.encoding = *encoding;
  return {};
}

// The rules of the topic hold for appends too: which fields become headers, who signs, whether a body may be opaque.
append_endpoint::maybe append_endpoint::read_record_fields(const http1::call& c) {
  if (auto wrong = record_fields_.read(c.head)) return wrong;
  asked_ = {};
  record_fields_.put_into(asked_);
  if (asked_.key || c.head.has(http1::field::headgate_key))
    return problem{errc::invalid_field, "the aggregate stands in the path: leave Headgate-Key out"};
  const config::topic_settings& how = *plan_.to.topic.rules->settings;
  if (plan_.kind == body_kind::opaque && how.opaque == config::opaque_bodies::refuse)
    return problem{errc::unsupported_media_type,
                   "this topic takes JSON and NDJSON only: send Content-Type application/json or application/x-ndjson"};
  record_fields_.read_listed(c.head, how);
  record_fields_.put_into(asked_);
  return {};
}

http1::planned append_endpoint::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  if (auto wrong = door_->check_signature(asked_, plan_.to.topic, body)) return api::problem_of(std::move(*wrong));
  if (auto wrong = decode_body(body, x)) return std::move(*wrong);
  if (auto wrong = check_events()) return std::move(*wrong);
  auto state = std::make_unique<append_state>();
  state->job = make_job(c);
  state->at = plan_.to.at;
  state->is_precondition = plan_.fields.is_precondition;
  decompressed_.shrink(decoded_bytes_kept);
  if (!state->job->reserve(plan_.to.topic.to->shared)) return nothing_taken();
  door_->charge(c.who);
  state->job->set_time_max(plan_.timeout);
  state->job->on_answered = [&x] { x.finish(); };
  stores_->append(*state->at, state->job);
  x.state = std::move(state);
  x.deadline = lane_->now() + plan_.timeout;
  return http1::planned::step::waits;
}

append_endpoint::maybe append_endpoint::decode_body(std::string_view body, const http1::exchange& x) {
  const config::limits& limits = lane_->settings().limits;
  if (plan_.encoding != decode::encoding::identity) {
    const auto plain = x.unpacked != nullptr
                           ? *x.unpacked
                           : decompressor_.run(plan_.encoding, body, limits.decoded_bytes_max, decompressed_);
    if (!plain && plain.error().code == decode::decompress_errc::too_large)
      return problem{errc::decoded_too_large, plain.error().detail};
    if (!plain) return problem{errc::invalid_encoding, plain.error().detail};
    body = *plain;
  }
  ingress::body_reader* reader = &door_->opaque();
  if (plan_.kind == body_kind::json) reader = &door_->json();
  if (plan_.kind == body_kind::ndjson) reader = &door_->ndjson();
  if (plan_.kind == body_kind::document) reader = &door_->document();
  const decode::decode_options how{.keys = &ids_.finder(),
                                   .validate = plan_.to.topic.rules->settings->validate == config::validation::full,
                                   .depth_max = limits.json_depth_max,
                                   .events_max = lane_->settings().store.append_events_max};
  if (auto wrong = reader->read(body, how, lane_->decoded())) return problem_of_events(*wrong);
  return {};
}

// All or nothing: one event that is wrong refuses the others too. The decoder has looked for ids in the place of keys.
append_endpoint::maybe append_endpoint::check_events() const {
  const batching::events& list = lane_->decoded();
  const std::uint32_t bytes_max = plan_.to.topic.rules->settings->intake.event_bytes_max;
  if (!plan_.fields.event_id.empty() && list.size() != 1)
    return problem{errc::invalid_field, "Headgate-Event-Id goes with a single event: let /eventId say each one's id"};
  for (std::size_t i = 0; i < list.size(); ++i) {
    const batching::event& e = list[i];
    if (e.invalid == batching::reason::invalid_key) return invalid_event(i, "its eventId must be a string or a number");
    if (e.invalid != batching::reason::none) return invalid_event(i, e.detail);
    if (e.value.empty()) return invalid_event(i, "it has no bytes, which in Kafka would be a tombstone");
    if (e.value.size() > bytes_max)
      return problem{errc::append_too_large, "event " + std::to_string(i) +
                                                 " is larger than the topic's event_bytes_max (" +
                                                 std::to_string(bytes_max) + "): nothing was written"};
    if (e.has_key && e.key.size() > ::store::event_id_bytes_max)
      return invalid_event(i, "its eventId is longer than " + std::to_string(::store::event_id_bytes_max) + " bytes");
  }
  return {};
}

std::shared_ptr<stores::append_job> append_endpoint::make_job(const http1::call& c) const {
  auto job = std::make_shared<stores::append_job>(*lane_);
  job->set_aggregate(plan_.to.name, plan_.fields.expected_version);
  for (const batching::header& h : asked_.headers) job->add_header(h);
  const std::string& client = plan_.to.topic.rules->settings->client_address_header;
  if (!client.empty()) job->add_header({client, auth::to_string(c.from)});
  const batching::events& list = lane_->decoded();
  std::string made;
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::string_view id = list[i].has_key ? list[i].key : std::string_view();
    if (!plan_.fields.event_id.empty()) id = plan_.fields.event_id;
    if (id.empty() && !plan_.fields.idempotency_key.empty())
      id = made = plan_.fields.idempotency_key + ":" + std::to_string(i);
    job->add_event(list[i].value, id);
  }
  return job;
}

void append_endpoint::write(http1::exchange& x, bool timed_out, std::string&) {
  const auto& state = static_cast<const append_state&>(*x.state);
  if (timed_out)
    return write_problem(errc::append_unknown,
                         "not settled within timeout_ms, and it may still be written: send the same request again, "
                         "which finds its events by their ids",
                         {}, x.reply);
  write_answer(state.job->answer(),
               {state.job->aggregate(), state.job->events(), state.at->partition().number(), state.is_precondition,
                state.job->owner()},
               x.reply);
  if (x.reply.status == 503) x.reply.retry_after_seconds = 1;
}

}  // namespace gateway::api::store
