// The effect of a broker's answer, its silence, or new metadata on the partition queues.
#include <algorithm>

#include "batching/kafka/producer/sender.h"
#include "metrics/events.h"

namespace batching::kafka::producer {

using metrics::happened;
using metrics::happening;

namespace {

constexpr std::size_t error_text_max = 200;  // of a broker's words in a log line

}  // namespace

bool sender::on_response(std::int32_t broker, std::string_view response, clock::time_point now) {
  broker_state& b = state_of(broker);
  if (b.count == 0 || wire::read_correlation(response) != b.oldest().correlation) return false;
  request& r = b.at(0);
  answered_was_sent_at_ = r.sent_at;
  bool is_whole = true;
  std::int32_t throttle_ms = 0;
  if (r.is_for_producer) {
    is_whole = on_producer(response, throttle_ms, now);
  } else {
    wire::produce_reader reader(response, r.version);
    for (wire::produce_answer answer; reader.next(answer);) {
      partition_queue* const q = find_queue(answer.topic, answer.partition);
      // A queue whose attempt was sent elsewhere meanwhile does not take this answer.
      if (q != nullptr && q->now == partition_queue::phase::sent && q->correlation == r.correlation)
        on_answer(*q, answer, now);
    }
    is_whole = reader.is_whole();
    throttle_ms = reader.throttle_ms();
    for (partition_queue* q : r.queues)
      if (q->now == partition_queue::phase::sent && q->correlation == r.correlation) on_unanswered(*q, true);
  }
  b.first = (b.first + 1) % requests_in_flight_max;
  --b.count;
  b.holds_back |= throttle_ms > 0;
  b.terms.on_throttled(broker, throttle_ms, now);
  return is_whole;
}

bool sender::on_producer(std::string_view response, std::int32_t& throttle_ms, clock::time_point now) {
  const auto answer = wire::read_init_producer_id(response);
  if (!answer) return false;
  throttle_ms = answer->throttle_ms;
  const producer_id_ruling ruling = meaning_for_producer_id(answer->error);
  if (ruling.is == producer_id_meaning::given && answer->producer.is_known()) {
    producer_ = answer->producer;
    wants_producer_ = false;
    producer_due_ = {};
    if (producers_lost_ > 0) happened(happening::producer_rebuilt, "a new Kafka producer is at work");
    return true;
  }
  producer_due_ = now + settings_.retry_pause_longest;
  happened(happening::kafka_log, "Kafka gives out no producer id", {{"error", wire::describe(answer->error)}});
  if (ruling.is == producer_id_meaning::refused) on_no_producer(ruling.why);
  return true;
}

// Nothing can be written without a producer id: all records that wait for one are answered. Later records ask again.
void sender::on_no_producer(reason why) {
  wants_producer_ = false;
  const auto end = [&](partition_queue* q) {
    if (q->producer.is_known()) return false;
    q->fail_all(failing_with(*q, outcome::not_persisted, why));
    q->now = partition_queue::phase::idle;
    return true;
  };
  for (auto& [id, b] : brokers_) std::erase_if(b.ready, end);
  std::erase_if(leaderless_, end);
  std::erase_if(backing_off_, end);
}

void sender::on_answer(partition_queue& q, const wire::produce_answer& answer, clock::time_point now) {
  const produce_ruling ruling = meaning_for_produce(answer.error);
  wants_metadata_ |= ruling.leader_is_stale;
  if (ruling.leader_is_stale && q.leader == q.told.leader()) q.told.forget();
  switch (ruling.is) {
    case produce_meaning::persisted:
      if (answer.base_offset < 0) return on_doubtful(q);
      topics_[q.topic_id].sent.payload_bytes += static_cast<std::uint64_t>(q.attempt_bytes());
      q.settle_persisted(answer.base_offset);
      return go_on(q);
    case produce_meaning::doubtful: return on_doubtful(q);
    case produce_meaning::retry_written: q.may_be_written = true; [[fallthrough]];
    case produce_meaning::retry:
      if (ruling.leader_is_stale && take_leader(q, answer.leader)) return;
      return back_off(q, now);
    case produce_meaning::corrupt: return on_corrupt(q, ruling.why, answer, now);
    case produce_meaning::record_refused: return on_record_refused(q, ruling.why, answer);
    case produce_meaning::batch_refused: return on_batch_refused(q, answer.error, ruling.why);
    case produce_meaning::sequence_lost: return on_producer_lost(q, now);
    case produce_meaning::unexpected: return on_unexpected(q, answer.error, now);
  }
}

// Usually damage on the way, which a repetition heals. Some brokers say it of a record that they will never take.
void sender::on_corrupt(partition_queue& q, reason why, const wire::produce_answer& answer, clock::time_point now) {
  if (q.corruptions++ < corruptions_max) return back_off(q, now);
  on_record_refused(q, why, answer);
}

// A refused attempt has used no sequence. Kafka refuses all of it for one record. If it does not say which one, the
// culprit is searched for, so that its neighbours are not refused with it.
void sender::on_record_refused(partition_queue& q, reason why, const wire::produce_answer& answer) {
  const auto culprit =
      answer.culprit < 0 ? std::nullopt : std::optional<std::uint32_t>(static_cast<std::uint32_t>(answer.culprit));
  if (q.may_be_written) {
    give_up(q, why);
  } else if (q.split_attempt(culprit)) {
    ++state_of(q.leader).retries;
  } else if (q.attempt_records() == 1) {
    happened(happening::record_refused, "Kafka refused a record for good",
             {{"topic", topics_[q.topic_id].of->name()},
              {"code", code(why)},
              {"kafka_says", std::string(answer.error_text.substr(0, error_text_max))}});
    q.settle_rejected(why);
  } else {
    q.fail_attempt(failing_with(q, outcome::not_persisted, why));
  }
  go_on(q);
}

void sender::on_batch_refused(partition_queue& q, wire::error_code error, reason why) {
  happened(happening::kafka_log, "Kafka refused a record batch",
           {{"topic", topics_[q.topic_id].of->name()}, {"error", wire::describe(error)}});
  if (q.may_be_written)
    give_up(q, why);
  else
    q.fail_attempt(failing_with(q, outcome::not_persisted, why));
  go_on(q);
}

// Nobody knows whether Kafka has the attempt, so its sequences cannot be used again either.
void sender::give_up(partition_queue& q, reason why) {
  happened(happening::record_fate_unknown, "a record's fate is unknown",
           {{"topic", topics_[q.topic_id].of->name()}, {"code", code(why)}});
  q.fail_attempt(failing_with(q, outcome::possibly_persisted, why));
  begin_anew(q);
}

// The same producer under a new epoch: the leader refuses copies of old requests that arrive late. Under another
// producer id it would take them. As Kafka's own client does, without asking a broker: the leader keeps the epoch.
void sender::begin_anew(partition_queue& q) {
  const std::int64_t id = q.producer.id;
  if (!q.raise_epoch() && producer_.id == id) producer_ = {};
}

void sender::on_doubtful(partition_queue& q) {
  give_up(q, reason::producer_failed);
  go_on(q);
}

// The log was cut below what this producer wrote, or Kafka forgot it. This attempt was not written; an earlier one of
// the same attempt may be, and cannot be told apart under another producer id.
void sender::on_producer_lost(partition_queue& q, clock::time_point now) {
  ++producers_lost_;
  happened(happening::producer_fatal,
           "Kafka takes no more from this producer in a partition; a new epoch of it goes on",
           {{"topic", topics_[q.topic_id].of->name()}, {"partition", q.partition}});
  if (q.may_be_written) {
    give_up(q, reason::producer_failed);
    return go_on(q);
  }
  begin_anew(q);
  back_off(q, now);
}

void sender::on_unexpected(partition_queue& q, wire::error_code error, clock::time_point now) {
  q.may_be_written = true;
  happened(happening::kafka_log, "Kafka answers with an error that is not expected here",
           {{"topic", topics_[q.topic_id].of->name()}, {"error", wire::describe(error)}});
  if (q.refusals < unexpected_max) return back_off(q, now);
  give_up(q, reason::producer_failed);
  go_on(q);
}

void sender::on_unanswered(partition_queue& q, bool was_sent) {
  q.may_be_written |= was_sent;
  q.told.forget();
  ++state_of(q.leader).retries;
  make_ready(q);
}

void sender::on_lost(std::int32_t broker, bool newest_unsent) {
  broker_state& b = state_of(broker);
  wants_metadata_ = true;
  for (std::size_t i = 0; i < b.count; ++i) {
    const request& r = b.at(i);
    const bool was_sent = !newest_unsent || i + 1 < b.count;
    if (r.is_for_producer) producer_due_ = {};
    for (partition_queue* q : r.queues)
      if (q->now == partition_queue::phase::sent && q->correlation == r.correlation) on_unanswered(*q, was_sent);
  }
  b.first = b.count = 0;
}

void sender::on_topic_gone(partition_queue& q) {
  const bool is_unknown = q.may_be_written || q.now == partition_queue::phase::sent;
  q.fail_all(failing_with(q, is_unknown ? outcome::possibly_persisted : outcome::not_persisted, reason::topic_gone));
  if (is_unknown) begin_anew(q);
  q.now = partition_queue::phase::idle;
}

void sender::look_at_leader(partition_queue& q, clock::time_point now) {
  if (cluster_->is_gone(q.topic_id, q.partition) && q.now != partition_queue::phase::idle) {
    on_topic_gone(q);
    return;
  }
  const std::int32_t leader = leader_of(q);
  switch (q.now) {
    case partition_queue::phase::idle: return;
    case partition_queue::phase::ready: return make_ready(q);
    case partition_queue::phase::backing_off:
      if (leader >= 0 && leader != q.leader) make_ready(q);
      return;
    case partition_queue::phase::sent: {
      const broker_state* b = find(q.leader);
      const bool is_silent =
          b != nullptr && b->count > 0 && now - b->terms.awaited_since(b->oldest().sent_at) > leader_patience;
      if (leader >= 0 && leader != q.leader && is_silent) on_unanswered(q, true);
      return;
    }
  }
}

std::uint64_t sender::abandon() {
  closing_ = true;
  std::uint64_t records = 0;
  for (topic_queues& t : topics_)
    for (const auto& q : t.queues) {
      if (!q || q->now == partition_queue::phase::idle) continue;
      const bool is_unknown = q->may_be_written || q->now == partition_queue::phase::sent;
      records += q->records();
      q->end_all(is_unknown ? outcome::possibly_persisted : outcome::not_persisted, reason::shutting_down);
      q->now = partition_queue::phase::idle;
    }
  leaderless_.clear();
  backing_off_.clear();
  for (auto& [id, b] : brokers_) b.ready.clear();
  return records;
}

}  // namespace batching::kafka::producer
