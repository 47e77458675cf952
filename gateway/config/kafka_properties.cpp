#include "gateway/config/kafka_properties.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace gateway::config {
namespace {

constexpr std::string_view all_replicas =
    "an event is answered persisted only when all in-sync replicas have it; a request that can do with less says "
    "ack=none";
constexpr std::string_view no_timer =
    "a timer that gives up on one record and goes on with the next breaks order; what a request waits is "
    "limits.answer_time_default";
constexpr std::string_view five_in_flight =
    "Kafka keeps order and recognises duplicates for at most 5 requests in flight";

constexpr std::string_view retries_pause =
    "retries without a pause storm a Kafka in trouble, and can write an event twice where replicas come and go: write "
    "50 or more";

// clang-format off
constexpr refused_property table[] = {
  {"acks", "all -1", all_replicas},
  {"request.required.acks", "all -1", all_replicas},
  {"enable.idempotence", "true", "without it a retry can duplicate or reorder events"},
  {"enable.gapless.guarantee", "false", "it makes the producer fatal where the gateway itself keeps order; not needed"},
  {"transactional.id", "", "the gateway writes no transactions"},
  {"transaction.timeout.ms", "", "the gateway writes no transactions"},
  {"partitioner", "murmur2_random murmur2", "the gateway picks the partition as the Java client does; another "
    "mapping would part the events of an aggregate"},
  {"partitioner_cb", "", "the gateway picks the partition as the Java client does"},
  {"msg_order_cmp", "", "records are sent in the order they were accepted"},
  {"queuing.strategy", "fifo", "records are sent in the order they were accepted"},
  {"message.timeout.ms", "0", no_timer},
  {"delivery.timeout.ms", "0", no_timer},
  {"max.in.flight", "1 2 3 4 5", five_in_flight},
  {"max.in.flight.requests.per.connection", "1 2 3 4 5", five_in_flight},
  {"retries", "", "a record is retried until Kafka has it or refuses it for good"},
  {"message.send.max.retries", "", "a record is retried until Kafka has it or refuses it for good"},
  {"retry.backoff.ms", "at least 50", retries_pause},
  {"retry.backoff.max.ms", "at least 50", retries_pause},
  {"bootstrap.servers", "", "write kafka.bootstrap"},
  {"metadata.broker.list", "", "write kafka.bootstrap"},
  {"compression.codec", "", "write kafka.compression, or compression of a topic"},
  {"compression.type", "", "write kafka.compression, or compression of a topic"},
  {"compression.level", "", "write kafka.compression_level, or compression_level of a topic"},
  {"linger.ms", "", "the gateway makes the batches: write batch.linger"},
  {"queue.buffering.max.ms", "", "the gateway makes the batches: write batch.linger"},
  {"batch.num.messages", "", "the gateway makes the batches: write batch.records_max"},
  {"batch.size", "", "the gateway makes the batches: write batch.bytes_max"},
  {"sticky.partitioning.linger.ms", "", "the gateway picks the partition and makes the batches: write batch.linger"},
  {"queue.buffering.*", "", "what may wait is bounded by the budget: write limits.in_flight_bytes_max"},
  {"message.max.bytes", "", "made from the topics' event_bytes_max: write that"},
  {"message.copy.max.bytes", "", "the gateway decides what is copied"},
  {"max.in.flight.bytes", "", "what may wait is bounded by the budget: write limits.in_flight_bytes_max"},
  {"topic.metadata.refresh.interval.ms", "", "write kafka.metadata_refresh"},
  {"statistics.interval.ms", "", "the gateway's metrics are made from the statistics at its own pace"},
  {"allow.auto.create.topics", "false", "the gateway never creates topics: an unknown topic is the client's 404"},
  {"delivery.report.only.error", "false", "an event is answered from its delivery report"},
  {"produce.offset.report", "true", "answers carry the offsets"},
  {"dr_cb", "", "set by the gateway"},
  {"dr_msg_cb", "", "set by the gateway"},
  {"opaque", "", "set by the gateway"},
  {"enabled_events", "", "set by the gateway"},
  {"log_cb", "", "set by the gateway: the log is log.level and log.format"},
  {"stats_cb", "", "set by the gateway"},
  {"error_cb", "", "set by the gateway"},
  {"throttle_cb", "", "set by the gateway"},
  {"socket_cb", "", "set by the gateway"},
  {"open_cb", "", "set by the gateway"},
  {"default_topic_conf", "", "properties of topics stand beside all others"},
  {"log.queue", "", "set by the gateway"},
  {"interceptors", "", "set by the gateway"},
  {"enable.sasl.oauthbearer.unsecure.jwt", "false", "its tokens prove nothing and are not renewed: write "
    "sasl.oauthbearer.method: oidc"},
  {"test.mock.*", "", "a mock cluster keeps nothing"},
  {"ut_handle_ProduceResponse", "", "for librdkafka's own tests"},
};
// clang-format on

bool names(std::string_view row, std::string_view property) noexcept {
  if (row.ends_with('*')) return property.starts_with(row.substr(0, row.size() - 1));
  return row == property;
}

constexpr std::string_view at_least = "at least ";

bool reaches(std::string_view least, std::string_view value) noexcept {
  const auto number = [](std::string_view text) {
    unsigned long parsed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    return error == std::errc() && end == text.data() + text.size() ? parsed : 0;
  };
  return number(value) >= number(least);
}

bool allows(std::string_view list, std::string_view value) noexcept {
  if (list.starts_with(at_least)) return reaches(list.substr(at_least.size()), value);
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == value) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

std::span<const refused_property> refused_properties() noexcept { return table; }

std::string refusal(std::string_view property, std::string_view value) {
  const auto row = std::ranges::find_if(table, [&](const refused_property& r) { return names(r.name, property); });
  if (row == std::end(table) || allows(row->allowed, value)) return {};
  return std::string(row->why);
}

namespace {

bool is_same(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return std::tolower(x) == std::tolower(y); });
}

constexpr std::string_view any_value;

// clang-format off
constexpr known_property known[] = {
  {"client.id", any_value, property_class::honoured},
  {"request.timeout.ms", any_value, property_class::honoured},
  {"retry.backoff.ms", any_value, property_class::honoured},
  {"retry.backoff.max.ms", any_value, property_class::honoured},
  {"reconnect.backoff.ms", any_value, property_class::honoured},
  {"reconnect.backoff.max.ms", any_value, property_class::honoured},
  {"socket.connection.setup.timeout.ms", any_value, property_class::honoured},
  {"security.protocol", "plaintext ssl sasl_plaintext sasl_ssl", property_class::honoured},
  {"ssl.ca.location", any_value, property_class::honoured},
  {"ssl.certificate.location", any_value, property_class::honoured},
  {"ssl.key.location", any_value, property_class::honoured},
  {"ssl.key.password", any_value, property_class::honoured},
  {"ssl.endpoint.identification.algorithm", "https none", property_class::honoured},
  {"enable.ssl.certificate.verification", any_value, property_class::honoured},
  {"sasl.mechanism", "PLAIN SCRAM-SHA-256 SCRAM-SHA-512 OAUTHBEARER", property_class::honoured},
  {"sasl.mechanisms", "PLAIN SCRAM-SHA-256 SCRAM-SHA-512 OAUTHBEARER", property_class::honoured},
  {"sasl.username", any_value, property_class::honoured},
  {"sasl.password", any_value, property_class::honoured},
  {"sasl.oauthbearer.method", "oidc", property_class::honoured},
  {"sasl.oauthbearer.token.endpoint.url", any_value, property_class::honoured},
  {"sasl.oauthbearer.client.id", any_value, property_class::honoured},
  {"sasl.oauthbearer.client.secret", any_value, property_class::honoured},
  {"sasl.oauthbearer.scope", any_value, property_class::honoured},
  {"debug", any_value, property_class::elsewhere},
  {"log_level", any_value, property_class::elsewhere},
  {"log.thread.name", any_value, property_class::elsewhere},
  {"log.connection.close", any_value, property_class::elsewhere},
  {"topic.metadata.refresh.sparse", any_value, property_class::elsewhere},
  {"topic.metadata.refresh.fast.interval.ms", any_value, property_class::elsewhere},
  {"topic.metadata.propagation.max.ms", any_value, property_class::elsewhere},
  {"topic.blacklist", any_value, property_class::elsewhere},
  {"metadata.max.age.ms", any_value, property_class::elsewhere},
  {"metadata.recovery.strategy", any_value, property_class::elsewhere},
  {"metadata.recovery.rebootstrap.trigger.ms", any_value, property_class::elsewhere},
  {"enable.metrics.push", any_value, property_class::elsewhere},
  {"api.version.request", any_value, property_class::elsewhere},
  {"api.version.request.timeout.ms", any_value, property_class::elsewhere},
  {"broker.version.fallback", any_value, property_class::elsewhere},
  {"api.version.fallback.ms", any_value, property_class::elsewhere},
  {"socket.keepalive.enable", any_value, property_class::elsewhere},
  {"socket.nagle.disable", any_value, property_class::elsewhere},
  {"receive.message.max.bytes", any_value, property_class::elsewhere},
};
// clang-format on

bool is_one_of(std::string_view value, std::string_view list) noexcept {
  if (list == any_value) return true;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (is_same(list.substr(0, end), value)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

std::span<const known_property> known_properties() noexcept { return known; }

property_class class_of(std::string_view property, std::string_view value) noexcept {
  const auto* row = std::ranges::find(known, property, &known_property::name);
  return row == std::end(known) || !is_one_of(value, row->values) ? property_class::needs_librdkafka : row->of;
}

std::string needs_librdkafka(const std::map<std::string, std::string>& properties, bool has_token_file) {
  const auto has = [&](const char* name) { return properties.contains(name); };
  const bool has_tokens = has_token_file || has("sasl.oauthbearer.token.endpoint.url");
  for (const auto& [property, value] : properties) {
    if (class_of(property, value) == property_class::needs_librdkafka) return property;
    if (property.starts_with("sasl.mechanism") && is_same(value, "OAUTHBEARER") && !has_tokens) return property;
    // Without a mechanism librdkafka's is Kerberos.
    if (property == "security.protocol" && (value.starts_with("sasl") || value.starts_with("SASL")) &&
        !has("sasl.mechanism") && !has("sasl.mechanisms"))
      return property;
  }
  return {};
}

bool is_secret(std::string_view key) noexcept {
  constexpr std::array<std::string_view, 8> words = {"password", "secret",  "token",      "key.pem",
                                                     "jaas",     "private", "passphrase", "oauthbearer.config"};
  if (key.ends_with("endpoint.url")) return false;  // sasl.oauthbearer.token.endpoint.url is an address
  return std::ranges::any_of(words, [&](std::string_view word) { return key.find(word) != std::string_view::npos; });
}

}  // namespace gateway::config
