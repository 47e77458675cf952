#include "batching/librdkafka/statistics.h"

#include <simdjson.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace batching::librdkafka {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

template <typename Number>
Number number(const object& from, std::string_view key) {
  Number value{};
  element found;
  if (from.at_key(key).get(found) == simdjson::SUCCESS && found.get(value) != simdjson::SUCCESS) return Number{};
  return value;
}

std::uint64_t count(const object& from, std::string_view key) { return number<std::uint64_t>(from, key); }
std::int64_t gauge(const object& from, std::string_view key) { return number<std::int64_t>(from, key); }

std::string text(const object& from, std::string_view key) {
  std::string_view value;
  element found;
  if (from.at_key(key).get(found) != simdjson::SUCCESS || found.get(value) != simdjson::SUCCESS) return {};
  return std::string(value);
}

/// False: there is no such object.
bool enter(const object& from, std::string_view key, object& into) {
  element found;
  return from.at_key(key).get(found) == simdjson::SUCCESS && found.get(into) == simdjson::SUCCESS;
}

template <typename Each>
void for_each_object(const object& from, std::string_view key, Each each) {
  object list;
  if (!enter(from, key, list)) return;
  for (const auto& field : list) {
    object entry;
    if (field.value.get(entry) == simdjson::SUCCESS) each(entry);
  }
}

metrics::broker_row parse_broker(const object& from) {
  metrics::broker_row row;
  row.broker = text(from, "name");
  row.id = static_cast<std::int32_t>(gauge(from, "nodeid"));
  row.state = text(from, "state");
  row.requests = count(from, "tx");
  row.retries = count(from, "txretries");
  row.request_errors = count(from, "txerrs");
  row.response_errors = count(from, "rxerrs");
  row.timeouts = count(from, "req_timeouts");
  row.sent_bytes = count(from, "txbytes");
  row.received_bytes = count(from, "rxbytes");
  row.connects = count(from, "connects");
  row.disconnects = count(from, "disconnects");
  row.queued_requests = gauge(from, "outbuf_cnt");
  row.waiting_requests = gauge(from, "waitresp_cnt");
  if (object micros; enter(from, "rtt", micros)) {
    row.rtt_average_seconds = static_cast<double>(gauge(micros, "avg")) / 1e6;
    row.rtt_p99_seconds = static_cast<double>(gauge(micros, "p99")) / 1e6;
  }
  if (object milliseconds; enter(from, "throttle", milliseconds))
    row.throttle_seconds = static_cast<double>(gauge(milliseconds, "max")) / 1e3;
  return row;
}

/// Besides real brokers librdkafka lists bootstrap addresses and "GroupCoordinator": logical ones, without a node id.
bool is_real(const object& broker) { return gauge(broker, "nodeid") >= 0; }

topic_statistics parse_topic(const object& from) {
  topic_statistics topic;
  topic.topic = text(from, "topic");
  if (object interval; enter(from, "batchsize", interval)) {
    topic.batch_bytes = count(interval, "sum");
    topic.batches = count(interval, "cnt");
  }
  for_each_object(from, "partitions", [&](const object& partition) {
    topic.sent_records += count(partition, "txmsgs");
    topic.sent_payload_bytes += count(partition, "txbytes");
    topic.queued_records += gauge(partition, "msgq_cnt") + gauge(partition, "xmit_msgq_cnt");
  });
  return topic;
}

}  // namespace

bool statistics::any_broker_up() const noexcept {
  return std::any_of(brokers.begin(), brokers.end(), [](const auto& b) { return b.state == "UP"; });
}

std::optional<statistics> parse_statistics(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  object root;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS) return std::nullopt;
  if (document.get(root) != simdjson::SUCCESS || text(root, "type") != "producer") return std::nullopt;
  statistics result;
  result.producer = text(root, "name");
  result.queue_records = gauge(root, "msg_cnt");
  result.queue_bytes = gauge(root, "msg_size");
  for_each_object(root, "brokers", [&](const object& broker) {
    if (is_real(broker)) result.brokers.push_back(parse_broker(broker));
  });
  for_each_object(root, "topics", [&](const object& topic) { result.topics.push_back(parse_topic(topic)); });
  std::sort(result.brokers.begin(), result.brokers.end(),
            [](const auto& a, const auto& b) { return std::tie(a.id, a.broker) < std::tie(b.id, b.broker); });
  return result;
}

void statistics_book::take(std::string_view json, clock::time_point now) {
  auto parsed = parse_statistics(json);
  if (!parsed) return;
  const std::scoped_lock lock(mutex_);
  const bool producer_is_new = parsed->producer != newest_.producer;
  for (const auto& topic : parsed->topics) add(topic, producer_is_new);
  newest_ = std::move(*parsed);
  taken_at_ = now;
}

void statistics_book::add(const topic_statistics& topic, bool producer_is_new) {
  auto& totals = topics_[topic.topic];
  const bool from_zero = producer_is_new || topic.sent_payload_bytes < totals.payload_bytes_seen;
  totals.payload_bytes += topic.sent_payload_bytes - (from_zero ? 0 : totals.payload_bytes_seen);
  totals.payload_bytes_seen = topic.sent_payload_bytes;
  totals.sent_bytes += topic.batch_bytes;
}

void statistics_book::fill(metrics::snapshot& into, clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  if (taken_at_ == clock::time_point{}) return;
  into.kafka.known = true;
  into.kafka.age_seconds = std::chrono::duration<double>(now - taken_at_).count();
  into.kafka.brokers = newest_.brokers;
  into.kafka.queue_records = newest_.queue_records;
  into.kafka.queue_bytes = newest_.queue_bytes;
  for (auto& row : into.topics) {
    const auto it = topics_.find(row.topic);
    if (it == topics_.end()) continue;
    row.sent_payload_bytes = it->second.payload_bytes;
    row.sent_bytes = it->second.sent_bytes;
  }
}

}  // namespace batching::librdkafka
