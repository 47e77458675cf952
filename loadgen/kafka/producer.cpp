#include "loadgen/kafka/producer.h"

#include <algorithm>

#include "loadgen/events/images.h"
#include "loadgen/events/mark.h"
#include "loadgen/measure/process_cpu.h"

namespace loadgen::kafka {

using answers::event_outcome;
using answers::fate;
using timing::steady;

namespace {

constexpr std::uint32_t in_flight_max = 50000;  // events a producer; keeps librdkafka's queue far from full
constexpr std::size_t key_size = events::images::aggregate_prefix.size() + 7;
constexpr int metadata_patience_ms = 10000;
constexpr int room_wait_ms = 10;  // between attempts to enqueue messages that found no room

event_outcome outcome_of(const rd_kafka_message_t& message) {
  switch (rd_kafka_message_status(&message)) {
    case RD_KAFKA_MSG_STATUS_PERSISTED: return event_outcome::persisted;
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED: return event_outcome::not_persisted;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED: break;
  }
  return event_outcome::possibly_persisted;
}

}  // namespace

producer::producer(const plan::run_plan& plan, std::vector<answers::stream_record>& records)
    : plan_(plan), records_(records) {
  client_ = make_client({RD_KAFKA_PRODUCER,
                         {{"bootstrap.servers", plan.host},
                          {"client.id", "headgate-loadgen"},
                          {"enable.idempotence", "true"},
                          {"partitioner", "murmur2_random"},
                          {"queue.buffering.max.messages", std::to_string(2 * in_flight_max)},
                          {"queue.buffering.max.kbytes", "1048576"}},
                         plan.kafka_properties,
                         this,
                         nullptr,
                         on_report});
  topic_.reset(rd_kafka_topic_new(client_.get(), plan.topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  // Before the first event, so that none waits for it.
  if (rd_kafka_metadata(client_.get(), 0, topic_.get(), &metadata, metadata_patience_ms) ==
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(metadata);
  }
}

void producer::add(std::uint32_t index, std::uint64_t quota, double weight) {
  streams_.push_back({index, quota, 0,
                      events::source(plan_.images, {plan_.aggregates, plan_.connections, index}, plan_.how, plan_.seed),
                      timing::pace(plan_.rate, weight, static_cast<double>(index) * plan_.batch, plan_.burst)});
}

steady::time_point producer::due_of(const stream& who, const timing::run_clock& clock) const {
  if (who.quota == 0) return steady::time_point::max();
  if (plan_.rate.closed_loop()) return std::max(clock.start, steady::now());
  const auto due = who.when.due(who.built);
  return due == std::chrono::nanoseconds::max() ? steady::time_point::max() : clock.start + due;
}

void producer::run(const timing::run_clock& clock) {
  send_until_over(clock);
  wait_for_reports();
  count_unsent(clock);
  finished_ = true;
}

void producer::send_until_over(const timing::run_clock& clock) {
  for (stream& each : streams_) turns_.push({due_of(each, clock), &each});
  while (!stopping_ && !turns_.empty()) {
    const auto now = steady::now();
    const turn next = turns_.top();
    if (next.due >= clock.end || now >= clock.drain_end) break;
    if (next.due > now || in_flight_ + plan_.batch > std::max(in_flight_max, plan_.batch)) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next.due - now).count();
      rd_kafka_poll(client_.get(), next.due > now ? static_cast<int>(std::clamp<std::int64_t>(left, 0, 10)) : 10);
      continue;
    }
    turns_.pop();
    ship(*next.who, plan_.rate.closed_loop() ? now : next.due);
    turns_.push({due_of(*next.who, clock), next.who});
    rd_kafka_poll(client_.get(), 0);
    cpu_ns_ = measure::thread_cpu().count();
  }
}

void producer::wait_for_reports() {
  const auto give_up = steady::now() + plan_.timeout;
  while (in_flight_ > 0 && steady::now() < give_up) rd_kafka_poll(client_.get(), 10);
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  // This loop ends: the purge makes librdkafka report every message that is left.
  while (in_flight_ > 0) rd_kafka_poll(client_.get(), 10);
  cpu_ns_ = measure::thread_cpu().count();
}

void producer::collect(measure::tally& into) {
  const std::lock_guard guard(lock_);
  into.merge(tally_);
  tally_.clear();
}

void producer::ship(stream& from, steady::time_point intended) {
  if (spare_.empty()) spare_.push_back(std::make_unique<shipment>());
  // From here until finish() the messages' opaque pointers own it.
  shipment& what = *spare_.back().release();
  spare_.pop_back();
  what.intended = intended;
  build(from, what);
  what.started = steady::now();
  {
    const std::lock_guard guard(lock_);
    ++tally_.counts.requests;
    tally_.counts.events_sent += what.count;
    tally_.counts.event_bytes += what.size;
    tally_.counts.bytes_sent += what.size;
    tally_.lateness.record(what.started - intended);
  }
  hand_over(what);
}

void producer::build(stream& from, shipment& what) {
  what.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(plan_.batch, from.quota));
  what.stream = from.index;
  what.first = from.source.written();
  what.left = what.count;
  what.failed = 0;
  what.bytes.resize(what.count * plan_.images.largest());
  what.keys.resize(what.count * key_size);
  messages_.assign(what.count, {});
  const std::string_view timestamp = wall_.text(std::chrono::system_clock::now());
  char* at = what.bytes.data();
  char* key = what.keys.data();
  for (rd_kafka_message_t& message : messages_) {
    const events::written_event written = from.source.write(at, timestamp);
    events::images::aggregate_prefix.copy(key, key_size);
    events::write_hex7(key + events::images::aggregate_prefix.size(), written.aggregate);
    message.payload = at;
    message.len = written.size;
    message.key = key;
    message.key_len = key_size;
    message._private = &what;
    at += written.size;
    key += key_size;
  }
  what.size = static_cast<std::size_t>(at - what.bytes.data());
  from.built += what.count;
  from.quota -= what.count;
}

void producer::hand_over(shipment& what) {
  in_flight_ += what.count;
  records_[what.stream].log.set_range(what.first, what.count, fate::unknown);
  const auto give_up = steady::now() + plan_.timeout;
  while (!messages_.empty()) {
    rd_kafka_produce_batch(topic_.get(), RD_KAFKA_PARTITION_UA, 0, messages_.data(),
                           static_cast<int>(messages_.size()));
    const bool may_wait = !stopping_ && steady::now() < give_up;
    // The order holds: once one finds no room, librdkafka takes none behind it.
    std::erase_if(messages_, [&](const rd_kafka_message_t& message) {
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
      if (message.err == RD_KAFKA_RESP_ERR__QUEUE_FULL && may_wait) return false;
      // It is not enqueued: no delivery report will come.
      fail(message, event_outcome::not_persisted);
      settle_one(what);
      return true;
    });
    if (!messages_.empty()) rd_kafka_poll(client_.get(), room_wait_ms);
  }
}

void producer::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept {
  static_cast<producer*>(opaque)->take_report(*message);
}

void producer::take_report(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) fail(message, outcome_of(message));
  settle_one(*static_cast<shipment*>(message._private));
}

void producer::fail(const rd_kafka_message_t& message, event_outcome outcome) {
  shipment& what = *static_cast<shipment*>(message._private);
  const std::string_view value(static_cast<const char*>(message.payload), message.len);
  if (const auto found = events::find_mark(value, plan_.run_text, 0)) {
    records_[what.stream].log.set(found->value.number, answers::fate_of(outcome));
    if (answers::fate_of(outcome) == fate::unknown) what.unknown.insert(found->value.number);
  }
  ++what.failed;
  const std::lock_guard guard(lock_);
  ++tally_.counts.outcomes[static_cast<std::size_t>(outcome)];
  tally_.complain(rd_kafka_err2str(message.err));
}

void producer::settle_one(shipment& what) {
  --in_flight_;
  if (--what.left == 0) finish(what);
}

void producer::finish(shipment& what) {
  const auto now = steady::now();
  answers::fates& log = records_[what.stream].log;
  const std::uint32_t persisted = what.count - what.failed;
  if (what.failed == 0) {
    log.set_range(what.first, what.count, fate::acked);
  } else {
    // Events that failed for certain have their fate. Of the others, those not reported as unknown are acked.
    for (std::uint32_t i = 0; i < what.count && persisted > 0; ++i) {
      if (log.at(what.first + i) == fate::unknown && !what.unknown.contains(what.first + i)) {
        log.set(what.first + i, fate::acked);
      }
    }
  }
  {
    const std::lock_guard guard(lock_);
    tally_.counts.outcomes[static_cast<std::size_t>(event_outcome::persisted)] += persisted;
    tally_.corrected.record(now - what.intended, what.count);
    tally_.service.record(now - what.started, what.count);
  }
  what.unknown.clear();
  spare_.emplace_back(&what);
}

void producer::count_unsent(const timing::run_clock& clock) {
  if (plan_.rate.closed_loop()) return;
  const auto now = steady::now();
  const std::lock_guard guard(lock_);
  for (stream& each : streams_) {
    while (each.quota > 0 && due_of(each, clock) < std::min(clock.end, now)) {
      const std::uint64_t count = std::min<std::uint64_t>(plan_.batch, each.quota);
      tally_.counts.events_unsent += count;
      tally_.corrected.record(now - due_of(each, clock), count);
      each.built += count;
      each.quota -= count;
    }
  }
}

}  // namespace loadgen::kafka
