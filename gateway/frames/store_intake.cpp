#include "gateway/frames/store_intake.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "batching/partitioner.h"
#include "gateway/frames/bytes.h"
#include "gateway/frames/store_read.h"
#include "gateway/stores/event_ids.h"

namespace gateway::frames {

/// The appends of one frame, from its reading to the last answer or the time-out, whose timer owns it.
struct store_intake::gathered {
  explicit gathered(runtime::lane& on) : timer(on.io()) {}

  std::uint64_t request = 0;
  listener done;
  std::string wrong;  // what makes the frame invalid; empty: nothing
  std::vector<std::shared_ptr<stores::append_job>> jobs;
  std::vector<stores::place*> places;  // by job; nullptr: the partition is not known here
  std::vector<append_result> results;  // by job
  std::size_t open = 0;
  boost::asio::steady_timer timer;

  void on_told(std::size_t job);
  void tell(std::string_view owner);
};

void store_intake::gathered::on_told(std::size_t job) {
  results[job].what = jobs[job]->answer();
  if (--open == 0) tell({});
}

void store_intake::gathered::tell(std::string_view owner) {
  timer.cancel();
  if (!done) return;
  std::exchange(
      done, nullptr)([request = request, results = std::move(results), owner = std::string(owner)](std::string& out) {
    write_appended(out, {.request = request, .text = {}, .owner = owner}, results);
  });
}

namespace {

std::string_view text_of(store_status status) noexcept {
  switch (status) {
    case store_status::unknown_topic: return "there is no such topic: create it in Kafka first";
    case store_status::not_a_store: return "this topic keeps no versions: its configuration must say mode: store";
    case store_status::forbidden: return "there is no such right on this topic";
    case store_status::no_room:
      return "the gateway, or the tenant's quota, has no room at the moment: nothing was taken";
    default: return {};
  }
}

}  // namespace

store_intake::found_topic store_intake::find(std::string_view topic, auth::right wants, const sender& from) {
  found_topic found;
  if (!from.is_peer) {
    ingress::request asked;
    asked.who = from.who;
    asked.wants = wants;
    asked.topic = topic;
    ingress::plan unused;
    const ingress::verdict said = door_->find(asked, unused).what;
    if (said == ingress::verdict::forbidden) found.status = store_status::forbidden;
    if (said == ingress::verdict::over_quota) found.status = store_status::no_room;
    if (said == ingress::verdict::unknown_topic) found.status = store_status::unknown_topic;
    if (found.status != store_status::done) return found;
  }
  runtime::lane& on = door_->on();
  found.entry = on.topics().find(topic);
  if (found.entry == nullptr || found.entry->partitions <= 0) return found.status = store_status::unknown_topic, found;
  found.how = &on.settings().of_topic(topic);
  if (stores_ == nullptr || found.how->mode != config::topic_mode::store) found.status = store_status::not_a_store;
  return found;
}

// Once: what Kafka does not know then does not exist.
fault store_intake::again_when_known(bool is_append, std::string_view payload, const sender& from,
                                     const listener& done) {
  door_->on().outside().refresh_topics(
      door_->on(), [this, is_append, from, done, payload = std::string(payload)](bool) {
        asked_kafka_ = true;
        const fault wrong = is_append ? append(payload, from, done) : read(payload, from, done);
        asked_kafka_ = false;
        if (!wrong) return;
        const auto request = load<std::uint64_t>(payload.data());
        if (is_append) return refuse_append(request, store_status::invalid, wrong->text, done);
        refuse_read(request, store_status::invalid, wrong->text, done);
      });
  return {};
}

void store_intake::refuse_append(std::uint64_t request, store_status status, std::string text,
                                 const listener& done) const {
  done([request, status, text = std::move(text)](std::string& out) {
    write_appended(out, {.request = request, .status = status, .text = text, .owner = {}}, {});
  });
}

void store_intake::refuse_read(std::uint64_t request, store_status status, std::string text,
                               const listener& done) const {
  done([request, status, text = std::move(text)](std::string& out) {
    write_events(out, {.request = request, .status = status, .text = text, .owner = {}}, 0, {});
  });
}

fault store_intake::append(std::string_view payload, const sender& from, const listener& done) {
  append_request frame;
  if (fault wrong = read_append(payload, frame)) return wrong;
  if (appended_bytes_max + frame.appends * appended_result_bytes > from.answer_bytes_max)
    return violation{error_code::limit_exceeded, "APPEND: the answer would be larger than HELLO's receive_bytes_max"};
  const found_topic topic = find(frame.topic, auth::right::write, from);
  if (topic.status == store_status::unknown_topic && !asked_kafka_) return again_when_known(true, payload, from, done);
  if (topic.status != store_status::done)
    return refuse_append(frame.request, topic.status, std::string(text_of(topic.status)), done), fault{};
  const auto all = std::make_shared<gathered>(door_->on());
  all->request = frame.request;
  door_->on().decoded().clear();
  if (fault wrong = read_appends(frame, topic, *all)) return wrong;
  if (!all->wrong.empty()) return refuse_append(frame.request, store_status::invalid, all->wrong, done), fault{};
  for (const auto& job : all->jobs)
    if (!job->reserve(topic.entry->shared))
      return refuse_append(frame.request, store_status::no_room, std::string(text_of(store_status::no_room)), done),
             fault{};
  if (!from.is_peer) door_->charge(from.who);
  all->done = done;
  send(all, frame.timeout_ms);
  return {};
}

fault store_intake::read_appends(const append_request& frame, const found_topic& topic, gathered& into) {
  append_reader reader(frame.block);
  append_unit unit;
  for (std::uint32_t i = 0; i < frame.appends; ++i) {
    if (fault wrong = reader.next(unit)) return wrong;
    auto job = std::make_shared<stores::append_job>(door_->on());
    job->set_aggregate(unit.aggregate, unit.expected_version);
    job->set_stays_here(frame.stays_here);
    const std::size_t key_max = topic.how->intake.key_bytes_max;
    if (unit.aggregate.empty() || unit.aggregate.size() > key_max)
      into.wrong = "an aggregate's id has 1 to " + std::to_string(key_max) + " bytes";
    if (unit.events == 0) into.wrong = "an append has at least one event";
    if (fault wrong = read_events(reader, unit, *topic.how, *job, into)) return wrong;
    const std::int32_t partition = batching::partition_of(unit.aggregate, topic.entry->partitions_keyed);
    into.places.push_back(stores_->find(topic.entry->shared->id(), partition));
    into.results.push_back({partition, {}});
    into.results.back().what.fate = ::store::append_fate::unknown;
    into.jobs.push_back(std::move(job));
  }
  return reader.finish();
}

fault store_intake::read_events(append_reader& reader, const append_unit& unit, const config::topic_settings& how,
                                stores::append_job& into, gathered& of) {
  batching::events& counted = door_->on().decoded();  // what a quota is charged by
  for (std::uint32_t k = 0; k < unit.events; ++k) {
    ::store::event e;
    if (fault wrong = reader.next_event(e)) return wrong;
    if (e.value.empty()) of.wrong = "an event has no bytes, which in Kafka would be a tombstone";
    if (e.value.size() > how.intake.event_bytes_max)
      of.wrong =
          "an event is larger than the topic's event_bytes_max (" + std::to_string(how.intake.event_bytes_max) + ")";
    if (e.id.size() > ::store::event_id_bytes_max)
      of.wrong = "an event's id is longer than " + std::to_string(::store::event_id_bytes_max) + " bytes";
    for (const batching::header& h : e.headers)
      if (h.name.empty()) of.wrong = "a header without a name";
    if (of.wrong.empty()) into.add_event(e.value, e.id, e.headers);
    counted.add().value = e.value;
  }
  return {};
}

// An append not settled in time is answered as unknown; it goes on, and a retry finds out.
void store_intake::send(const std::shared_ptr<gathered>& all, std::uint32_t timeout_ms) {
  const config::limits& limits = door_->on().settings().limits;
  const auto asked = std::chrono::milliseconds(timeout_ms);
  const auto patience = timeout_ms == 0 ? limits.answer_time_default : std::min(asked, limits.answer_time_max);
  all->open = all->jobs.size();
  all->timer.expires_after(patience);
  all->timer.async_wait([all](boost::system::error_code error) {
    if (!error) all->tell({});
  });
  for (std::size_t i = 0; i < all->jobs.size(); ++i) {
    all->jobs[i]->set_time_max(patience);
    all->jobs[i]->on_answered = [weak = std::weak_ptr(all), i] {
      if (const auto self = weak.lock(); self && self->done) self->on_told(i);
    };
    if (all->places[i] != nullptr)
      stores_->append(*all->places[i], all->jobs[i]);
    else
      all->jobs[i]->fail();
  }
}

fault store_intake::read(std::string_view payload, const sender& from, const listener& done) {
  read_request frame;
  if (fault wrong = read_read(payload, frame)) return wrong;
  const found_topic topic = find(frame.topic, auth::right::read, from);
  if (topic.status == store_status::unknown_topic && !asked_kafka_) return again_when_known(false, payload, from, done);
  if (topic.status != store_status::done)
    return refuse_read(frame.request, topic.status, std::string(text_of(topic.status)), done), fault{};
  const std::size_t key_max = topic.how->intake.key_bytes_max;
  if (frame.aggregate.empty() || frame.aggregate.size() > key_max)
    return refuse_read(frame.request, store_status::invalid,
                       "an aggregate's id has 1 to " + std::to_string(key_max) + " bytes", done),
           fault{};
  const std::int32_t partition = batching::partition_of(frame.aggregate, topic.entry->partitions_keyed);
  stores::place* const at = stores_->find(topic.entry->shared->id(), partition);
  if (at == nullptr) return refuse_read(frame.request, store_status::no_owner, "", done), fault{};
  store_read::begin(*stores_, door_->on(), *at, frame, from.answer_bytes_max, done);
  return {};
}

}  // namespace gateway::frames
