#include "loadgen/kafka_load.h"

#include <librdkafka/rdkafka.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <queue>
#include <set>

#include "loadgen/event_source.h"
#include "loadgen/kafka_reader.h"
#include "loadgen/kafka_settings.h"
#include "loadgen/mark.h"
#include "loadgen/pace.h"
#include "loadgen/wall_clock.h"

namespace loadgen {

namespace {

constexpr std::uint32_t in_flight_max = 50000;  // events a producer; keeps librdkafka's queue far from full
constexpr std::size_t key_size = event_images::aggregate_prefix.size() + 7;

struct shipment {  // events of one stream handed over together; lives until the last is reported
  std::uint32_t stream;
  std::uint32_t first;
  std::uint32_t count;
  std::uint32_t left;
  std::uint32_t failed = 0;
  steady::time_point intended;
  steady::time_point started;
  std::vector<char> bytes;
  std::vector<char> keys;
  std::set<std::uint32_t> unknown;  // numbers of those that may or may not be there
};

void log_nothing(const rd_kafka_t*, int, const char*, const char*) {}

event_outcome outcome_of(const rd_kafka_message_t& message) {
  switch (rd_kafka_message_status(&message)) {
    case RD_KAFKA_MSG_STATUS_PERSISTED: return event_outcome::persisted;
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED: return event_outcome::not_persisted;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED: break;
  }
  return event_outcome::possibly_persisted;
}

}  // namespace

class kafka_load::producer {
 public:
  explicit producer(kafka_load& owner);
  producer(const producer&) = delete;
  producer& operator=(const producer&) = delete;

  void add(std::uint32_t stream, std::uint64_t quota, double weight);
  void run(const run_clock& clock);

 private:
  struct lane {
    std::uint32_t stream;
    std::uint64_t quota;
    std::uint64_t built = 0;
    event_source source;
    pace when;
  };
  struct turn {
    steady::time_point due;
    lane* who;
    bool operator>(const turn& other) const { return due > other.due; }
  };
  struct client_closer {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  };
  struct topic_closer {
    void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  };

  static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept;
  void report(const rd_kafka_message_t& message);
  void finish(shipment& what);
  void ship(lane& from, steady::time_point intended);
  void build(lane& from, shipment& what);
  void hand_over(shipment& what);
  steady::time_point due_of(const lane& who, const run_clock& clock) const;
  void count_unsent(const run_clock& clock);

  kafka_load& owner_;
  const run_plan& plan_;
  std::unique_ptr<rd_kafka_t, client_closer> client_;
  std::unique_ptr<rd_kafka_topic_t, topic_closer> topic_;
  std::deque<lane> lanes_;
  std::priority_queue<turn, std::vector<turn>, std::greater<>> turns_;
  std::vector<std::unique_ptr<shipment>> spare_;
  std::vector<rd_kafka_message_t> messages_;
  std::uint32_t in_flight_ = 0;
  wall_clock wall_;
};

kafka_load::producer::producer(kafka_load& owner) : owner_(owner), plan_(owner.plan_) {
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(), rd_kafka_conf_destroy);
  set_property(conf.get(), "bootstrap.servers", plan_.host);
  set_property(conf.get(), "client.id", "headgate-loadgen");
  set_property(conf.get(), "enable.idempotence", "true");
  set_property(conf.get(), "partitioner", "murmur2_random");
  set_property(conf.get(), "queue.buffering.max.messages", std::to_string(2 * in_flight_max));
  set_property(conf.get(), "queue.buffering.max.kbytes", "1048576");
  set_properties(conf.get(), plan_.kafka_properties);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_report);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_log_cb(conf.get(), log_nothing);
  std::array<char, 512> error{};
  client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), error.data(), error.size()));
  if (!client_) throw kafka_error(error.data());
  conf.release();
  topic_.reset(rd_kafka_topic_new(client_.get(), plan_.topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  // Before the first event, so that none waits for it.
  if (rd_kafka_metadata(client_.get(), 0, topic_.get(), &metadata, 10000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(metadata);
  }
}

void kafka_load::producer::add(std::uint32_t stream, std::uint64_t quota, double weight) {
  lanes_.push_back({stream, quota, 0,
                    event_source(plan_.images, {plan_.aggregates, plan_.connections, stream}, plan_.how, plan_.seed),
                    pace(plan_.rate, weight, static_cast<double>(stream) * plan_.batch, plan_.burst)});
}

steady::time_point kafka_load::producer::due_of(const lane& who, const run_clock& clock) const {
  if (who.quota == 0) return steady::time_point::max();
  if (plan_.rate.closed_loop()) return std::max(clock.start, steady::now());
  const auto due = who.when.due(who.built);
  return due == std::chrono::nanoseconds::max() ? steady::time_point::max() : clock.start + due;
}

void kafka_load::producer::run(const run_clock& clock) {
  for (lane& each : lanes_) turns_.push({due_of(each, clock), &each});
  while (!owner_.stopping_) {
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
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    owner_.cpu_ns_ = std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
  }
  const auto give_up = steady::now() + plan_.timeout;
  while (in_flight_ > 0 && steady::now() < give_up) rd_kafka_poll(client_.get(), 10);
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (in_flight_ > 0) rd_kafka_poll(client_.get(), 10);
  count_unsent(clock);
  --owner_.running_;
}

void kafka_load::producer::ship(lane& from, steady::time_point intended) {
  if (spare_.empty()) spare_.push_back(std::make_unique<shipment>());
  // Owned by librdkafka's opaque from here until finish().
  shipment& what = *spare_.back().release();
  spare_.pop_back();
  what.intended = intended;
  build(from, what);
  what.started = steady::now();
  {
    const std::lock_guard guard(owner_.lock_);
    ++owner_.tally_.counts.requests;
    owner_.tally_.counts.events_sent += what.count;
    owner_.tally_.counts.event_bytes += what.bytes.size();
    owner_.tally_.counts.bytes_sent += what.bytes.size();
    owner_.tally_.lateness.record(what.started - intended);
  }
  hand_over(what);
}

void kafka_load::producer::build(lane& from, shipment& what) {
  what.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(plan_.batch, from.quota));
  what.stream = from.stream;
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
    const written_event written = from.source.write(at, timestamp);
    event_images::aggregate_prefix.copy(key, key_size);
    write_hex7(key + event_images::aggregate_prefix.size(), written.aggregate);
    message.payload = at;
    message.len = written.size;
    message.key = key;
    message.key_len = key_size;
    message._private = &what;
    at += written.size;
    key += key_size;
  }
  from.built += what.count;
  from.quota -= what.count;
}

void kafka_load::producer::hand_over(shipment& what) {
  in_flight_ += what.count;
  owner_.records_[what.stream].log.set_range(what.first, what.count, fate::unknown);
  rd_kafka_produce_batch(topic_.get(), RD_KAFKA_PARTITION_UA, 0, messages_.data(), static_cast<int>(what.count));
  for (const rd_kafka_message_t& message : messages_) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    rd_kafka_message_t refused = message;
    // Not enqueued, so no delivery report will speak of it.
    report(refused);
  }
}

void kafka_load::producer::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept {
  static_cast<producer*>(opaque)->report(*message);
}

void kafka_load::producer::report(const rd_kafka_message_t& message) {
  shipment& what = *static_cast<shipment*>(message._private);
  --in_flight_;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string_view value(static_cast<const char*>(message.payload), message.len);
    const bool never_queued = message.err == RD_KAFKA_RESP_ERR__QUEUE_FULL ||
                              message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
                              message.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    const event_outcome outcome = never_queued ? event_outcome::not_persisted : outcome_of(message);
    if (const auto found = find_mark(value, plan_.run_text, 0)) {
      owner_.records_[what.stream].log.set(found->value.number, fate_of(outcome));
      if (fate_of(outcome) == fate::unknown) what.unknown.insert(found->value.number);
    }
    ++what.failed;
    const std::lock_guard guard(owner_.lock_);
    ++owner_.tally_.counts.outcomes[static_cast<std::size_t>(outcome)];
    owner_.tally_.complain(rd_kafka_err2str(message.err));
  }
  if (--what.left == 0) finish(what);
}

void kafka_load::producer::finish(shipment& what) {
  const auto now = steady::now();
  fates& log = owner_.records_[what.stream].log;
  const std::uint32_t persisted = what.count - what.failed;
  if (what.failed == 0) {
    log.set_range(what.first, what.count, fate::acked);
  } else {
    // Failures that are certain have their fate; what is still unknown here and was not reported failed is acked.
    for (std::uint32_t i = 0; i < what.count && persisted > 0; ++i) {
      if (log.at(what.first + i) == fate::unknown && !what.unknown.contains(what.first + i)) {
        log.set(what.first + i, fate::acked);
      }
    }
  }
  {
    const std::lock_guard guard(owner_.lock_);
    owner_.tally_.counts.outcomes[static_cast<std::size_t>(event_outcome::persisted)] += persisted;
    owner_.tally_.corrected.record(now - what.intended, what.count);
    owner_.tally_.service.record(now - what.started, what.count);
  }
  what.unknown.clear();
  spare_.emplace_back(&what);
}

void kafka_load::producer::count_unsent(const run_clock& clock) {
  if (plan_.rate.closed_loop()) return;
  const auto now = steady::now();
  const std::lock_guard guard(owner_.lock_);
  for (lane& each : lanes_) {
    while (each.quota > 0 && due_of(each, clock) < std::min(clock.end, now)) {
      const std::uint64_t count = std::min<std::uint64_t>(plan_.batch, each.quota);
      owner_.tally_.counts.events_unsent += count;
      owner_.tally_.corrected.record(now - due_of(each, clock), count);
      each.built += count;
      each.quota -= count;
    }
  }
}

kafka_load::kafka_load(const run_plan& plan) : plan_(plan), records_(plan.connections) {
  kafka_reader(plan.host, plan.topic, {}).spans();  // throws when Kafka or the topic is not there
  const auto weights = aggregate_picker::weights(plan.aggregates, plan.connections, plan.how);
  std::vector<std::uint64_t> quotas(plan.connections, std::numeric_limits<std::uint32_t>::max());
  if (plan.events) quotas = share_out(*plan.events, weights);
  for (std::uint32_t i = 0; i < plan.threads; ++i) producers_.emplace_back(*this);
  for (std::uint32_t i = 0; i < plan.connections; ++i) producers_[i % plan.threads].add(i, quotas[i], weights[i]);
}

kafka_load::~kafka_load() {
  stop();
  for (std::thread& each : threads_) {
    if (each.joinable()) each.join();
  }
}

void kafka_load::start(const run_clock& clock) {
  running_ = static_cast<unsigned>(producers_.size());
  for (producer& each : producers_) threads_.emplace_back([&each, clock] { each.run(clock); });
}

void kafka_load::collect(tally& into) {
  const std::lock_guard guard(lock_);
  into.merge(tally_);
  tally_.clear();
}

std::vector<stream_record> kafka_load::take_records() {
  for (std::thread& each : threads_) each.join();
  threads_.clear();
  return std::move(records_);
}

}  // namespace loadgen
