// What a broker's answer, its silence, or new metadata means for the lines.
#include <algorithm>

#include "batching/kafka/producer/sender.h"
#include "metrics/events.h"

namespace batching::kafka::producer {

using metrics::happened;
using metrics::happening;

bool sender::on_response(std::int32_t broker, std::string_view response, clock::time_point now) {
  broker_state& b = state_of(broker);
  if (b.count == 0 || wire::read_correlation(response) != b.oldest().correlation) return false;
  request& r = b.at(0);
  answered_was_sent_at_ = r.sent_at;
  bool is_whole = true;
  if (r.is_for_producer) {
    is_whole = on_producer(response, now);
  } else {
    wire::produce_reader reader(response);
    for (wire::produce_answer answer; reader.next(answer);) {
      line* const l = find_line(answer.topic, answer.partition);
      // Who was sent elsewhere meanwhile does not listen any more.
      if (l != nullptr && l->now == line::phase::sent && l->correlation == r.correlation) on_answer(*l, answer, now);
    }
    is_whole = reader.is_whole();
    for (line* l : r.lines)
      if (l->now == line::phase::sent && l->correlation == r.correlation) on_unanswered(*l, true);
  }
  b.first = (b.first + 1) % requests_in_flight_max;
  --b.count;
  return is_whole;
}

bool sender::on_producer(std::string_view response, clock::time_point now) {
  const auto answer = wire::read_init_producer_id(response);
  if (!answer) return false;
  if (answer->error == 0 && answer->producer.is_known()) {
    producer_ = answer->producer;
    wants_producer_ = false;
    producer_due_ = {};
    if (producers_lost_ > 0) happened(happening::producer_rebuilt, "a new Kafka producer is at work");
    return true;
  }
  producer_due_ = now + settings_.retry_pause_longest;
  happened(happening::kafka_log, "Kafka gives out no producer id", {{"error", answer->error}});
  return true;
}

void sender::on_answer(line& l, const wire::produce_answer& answer, clock::time_point now) {
  const produce_ruling ruling = rule(answer.error);
  wants_metadata_ |= ruling.leader_is_stale;
  switch (ruling.is) {
    case verdict::persisted:
      if (answer.base_offset < 0) return on_doubtful(l);
      topics_[l.topic_id].sent.payload_bytes += static_cast<std::uint64_t>(l.group_bytes());
      l.settle_persisted(answer.base_offset);
      return go_on(l);
    case verdict::doubtful: return on_doubtful(l);
    case verdict::retry_written: l.may_be_written = true; [[fallthrough]];
    case verdict::retry: return rest(l, now);
    case verdict::refused: return on_refused(l, ruling.why);
    case verdict::sequence_lost: return on_producer_lost(l, now);
    case verdict::unheard_of: return on_unheard_of(l, answer.error, now);
  }
}

// A refused group has used no sequence. Kafka refuses all of it for one record and does not say which: it is looked
// for, so that its neighbours are not refused with it.
void sender::on_refused(line& l, reason why) {
  if (l.may_be_written) {
    give_up(l, why);
  } else if (is_hopeless(why) && l.part_group()) {
    ++state_of(l.leader).retries;
  } else if (is_hopeless(why) && l.group_records() == 1) {
    happened(happening::record_refused, "Kafka refused a record for good",
             {{"topic", topics_[l.topic_id].of->name()}, {"code", code(why)}});
    l.settle_group(outcome::rejected, why);
  } else {
    l.settle_group(outcome::not_persisted, why);
  }
  go_on(l);
}

// Nobody knows whether Kafka has the group, so its sequences cannot be used again either.
void sender::give_up(line& l, reason why) {
  happened(happening::record_fate_unknown, "a record's fate is unknown",
           {{"topic", topics_[l.topic_id].of->name()}, {"code", code(why)}});
  l.settle_unknown(why);
  if (producer_ == l.producer) producer_ = {};
  l.end_producer();
}

void sender::on_doubtful(line& l) {
  give_up(l, reason::producer_failed);
  go_on(l);
}

// The log was cut below what this producer wrote, or Kafka forgot it. This attempt was not written; an earlier one of
// the same group may be, and cannot be told apart under another producer id.
void sender::on_producer_lost(line& l, clock::time_point now) {
  ++producers_lost_;
  happened(happening::producer_fatal, "Kafka takes no more from this producer in a partition; another one goes on",
           {{"topic", topics_[l.topic_id].of->name()}, {"partition", l.partition}});
  if (l.may_be_written) {
    give_up(l, reason::producer_failed);
    return go_on(l);
  }
  if (producer_ == l.producer) producer_ = {};
  l.end_producer();
  rest(l, now);
}

void sender::on_unheard_of(line& l, std::int16_t error, clock::time_point now) {
  l.may_be_written = true;
  happened(happening::kafka_log, "Kafka answers with an error that is not expected here",
           {{"topic", topics_[l.topic_id].of->name()}, {"error", error}});
  if (l.attempts < unheard_of_max) return rest(l, now);
  give_up(l, reason::producer_failed);
  go_on(l);
}

void sender::on_unanswered(line& l, bool was_sent) {
  l.may_be_written |= was_sent;
  ++state_of(l.leader).retries;
  make_ready(l);
}

void sender::on_lost(std::int32_t broker, bool newest_unsent) {
  broker_state& b = state_of(broker);
  wants_metadata_ = true;
  for (std::size_t i = 0; i < b.count; ++i) {
    const request& r = b.at(i);
    const bool was_sent = !newest_unsent || i + 1 < b.count;
    if (r.is_for_producer) producer_due_ = {};
    for (line* l : r.lines)
      if (l->now == line::phase::sent && l->correlation == r.correlation) on_unanswered(*l, was_sent);
  }
  b.first = b.count = 0;
}

void sender::look_at_leader(line& l, clock::time_point now) {
  if (cluster_->is_gone(l.topic_id, l.partition) && l.now != line::phase::idle) {
    const bool is_unknown = l.may_be_written || l.now == line::phase::sent;
    if (is_unknown)
      give_up(l, reason::topic_gone);
    else
      l.settle_group(outcome::not_persisted, reason::topic_gone);
    l.settle_waiting(outcome::not_persisted, reason::topic_gone);
    l.now = line::phase::idle;
    return;
  }
  const std::int32_t leader = cluster_->leader_of(l.topic_id, l.partition);
  switch (l.now) {
    case line::phase::idle: return;
    case line::phase::ready: return make_ready(l);
    case line::phase::resting:
      if (leader >= 0 && leader != l.leader) make_ready(l);
      return;
    case line::phase::sent: {
      const broker_state* b = find(l.leader);
      const bool is_silent = b != nullptr && b->count > 0 && now - b->oldest().sent_at > leader_patience;
      if (leader >= 0 && leader != l.leader && is_silent) on_unanswered(l, true);
      return;
    }
  }
}

std::uint64_t sender::abandon() {
  closing_ = true;
  std::uint64_t records = 0;
  for (topic_lines& t : topics_)
    for (const auto& l : t.lines) {
      if (!l || l->now == line::phase::idle) continue;
      const bool is_unknown = l->may_be_written || l->now == line::phase::sent;
      records += l->records();
      l->settle_group(is_unknown ? outcome::possibly_persisted : outcome::not_persisted, reason::shutting_down);
      l->settle_waiting(outcome::not_persisted, reason::shutting_down);
      l->now = line::phase::idle;
    }
  leaderless_.clear();
  resting_.clear();
  for (auto& [id, b] : brokers_) b.ready.clear();
  return records;
}

}  // namespace batching::kafka::producer
