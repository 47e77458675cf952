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

bool is_one_of(std::string_view value, std::span<const std::string_view> of) noexcept {
  return std::ranges::any_of(of, [&](std::string_view one) { return is_same(one, value); });
}

// Honoured by the direct publisher as by librdkafka.
constexpr std::array<std::string_view, 14> honoured = {"client.id",
                                                       "request.timeout.ms",
                                                       "retry.backoff.ms",
                                                       "retry.backoff.max.ms",
                                                       "reconnect.backoff.ms",
                                                       "reconnect.backoff.max.ms",
                                                       "socket.connection.setup.timeout.ms",
                                                       "ssl.ca.location",
                                                       "ssl.certificate.location",
                                                       "ssl.key.location",
                                                       "ssl.key.password",
                                                       "enable.ssl.certificate.verification",
                                                       "sasl.username",
                                                       "sasl.password"};

// About metadata, lag or diagnosis, which stay with librdkafka: they change nothing in how records are written.
constexpr std::array<std::string_view, 19> elsewhere = {"debug",
                                                        "log_level",
                                                        "log.thread.name",
                                                        "log.connection.close",
                                                        "topic.metadata.refresh.sparse",
                                                        "topic.metadata.refresh.fast.interval.ms",
                                                        "topic.metadata.propagation.max.ms",
                                                        "topic.blacklist",
                                                        "metadata.max.age.ms",
                                                        "metadata.recovery.strategy",
                                                        "metadata.recovery.rebootstrap.trigger.ms",
                                                        "enable.metrics.push",
                                                        "api.version.request",
                                                        "api.version.request.timeout.ms",
                                                        "broker.version.fallback",
                                                        "api.version.fallback.ms",
                                                        "socket.keepalive.enable",
                                                        "socket.nagle.disable",
                                                        "receive.message.max.bytes"};

constexpr std::array<std::string_view, 4> protocols = {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"};
constexpr std::array<std::string_view, 3> mechanisms = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
constexpr std::array<std::string_view, 2> name_checks = {"https", "none"};

}  // namespace

bool is_known_to_direct(std::string_view property, std::string_view value) noexcept {
  if (property == "security.protocol") return is_one_of(value, protocols);
  if (property == "sasl.mechanism" || property == "sasl.mechanisms") return is_one_of(value, mechanisms);
  if (property == "ssl.endpoint.identification.algorithm") return is_one_of(value, name_checks);
  return std::ranges::find(honoured, property) != honoured.end() ||
         std::ranges::find(elsewhere, property) != elsewhere.end();
}

std::string needs_librdkafka(const std::map<std::string, std::string>& properties) {
  const auto has = [&](const char* name) { return properties.contains(name); };
  for (const auto& [property, value] : properties) {
    if (!is_known_to_direct(property, value)) return property;
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
