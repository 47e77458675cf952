// The parts between the gateway and Kafka: the publishers' settings, and which of them a lane uses.
#include <algorithm>
#include <charconv>

#include "batching/librdkafka/settings_client.h"
#include "gateway/app/application.h"
#include "gateway/app/build_info.h"
#include "gateway/app/kafka_security.h"
#include "metrics/events.h"
#include "store/left_out.h"
#include "store/ownership/needed_requests.h"

namespace gateway::app {
namespace producer = batching::kafka::producer;
namespace client = batching::kafka::client;

namespace {

/// A number among librdkafka's properties; they were checked when they were read.
std::chrono::milliseconds time_of(const config::kafka_settings& kafka, const char* property,
                                  std::chrono::milliseconds fallback) {
  const auto written = kafka.properties.find(property);
  if (written == kafka.properties.end()) return fallback;
  std::int64_t ms = fallback.count();
  std::from_chars(written->second.data(), written->second.data() + written->second.size(), ms);
  return std::chrono::milliseconds(ms);
}

batching::librdkafka::topic_compression compression_of(const config::settings& settings, std::string_view topic) {
  const config::topic_settings& t = settings.of_topic(topic);
  return {t.compression.value_or(settings.kafka.compression),
          t.compression_level.value_or(settings.kafka.compression_level)};
}

batching::kafka::wire::codec codec_named(std::string_view name) noexcept {
  return name == "zstd"  ? batching::kafka::wire::codec::zstd
         : name == "lz4" ? batching::kafka::wire::codec::lz4
                         : batching::kafka::wire::codec::none;
}

/// Adds what a lane's publisher did to what librdkafka did with the same broker (metadata).
void add_broker(std::vector<metrics::broker_row>& to, const metrics::broker_row& more) {
  const auto same = std::ranges::find(to, more.id, &metrics::broker_row::id);
  if (same == to.end()) return to.push_back(more);
  if (more.state == "UP") same->state = more.state;
  same->rtt_average_seconds = std::max(same->rtt_average_seconds, more.rtt_average_seconds);
  same->throttle_seconds = std::max(same->throttle_seconds, more.throttle_seconds);
  same->rtt_p99_seconds = std::max(same->rtt_p99_seconds, more.rtt_p99_seconds);
  same->requests += more.requests;
  same->retries += more.retries;
  same->response_errors += more.response_errors;
  same->timeouts += more.timeouts;
  same->sent_bytes += more.sent_bytes;
  same->received_bytes += more.received_bytes;
  same->connects += more.connects;
  same->disconnects += more.disconnects;
  same->logins += more.logins;
  same->login_renewals += more.login_renewals;
  same->produce_version = std::max(same->produce_version, more.produce_version);
  same->waiting_requests += more.waiting_requests;
}

}  // namespace

batching::librdkafka::producer_settings application::producer_settings() const {
  batching::librdkafka::producer_settings p;
  p.bootstrap = settings_->kafka.bootstrap;
  p.properties = librdkafka_properties(settings_->kafka, tokens_ != nullptr);
  p.credentials = credentials_of_librdkafka();
  p.compression = [settings = settings_](std::string_view topic) { return compression_of(*settings, topic); };
  p.batch_bytes_max = static_cast<std::size_t>(settings_->batch.bytes_max);
  constexpr std::size_t record_frame_bytes_max = 4096;  // headers and Kafka's own bytes around one record
  for (const config::topic_settings& t : settings_->topics)
    p.message_bytes_max = std::max<std::size_t>(
        p.message_bytes_max, std::size_t{t.intake.event_bytes_max} + t.intake.key_bytes_max + record_frame_bytes_max);
  return p;
}

batching::librdkafka::client_credentials application::credentials_of_librdkafka() const {
  auto files = settings_->kafka.secret_files;
  if (tokens_) files.erase("sasl.oauthbearer.client.secret");  // the source's business
  return {std::move(files), tokens_};
}

batching::topics::directory_settings application::directory_settings() const {
  return {[settings = settings_](std::string_view topic) {
            const config::topic_settings& t = settings->of_topic(topic);
            return batching::topics::partition_policy{t.order == config::partition_order::strict, t.partitions};
          },
          settings_->kafka.metadata_refresh};
}

// Once for all lanes: they share TLS sessions and hashed passwords.
void application::secure_direct() {
  tls_ = kafka_tls(settings_->kafka);
  login_ = kafka_login(settings_->kafka, tokens_);
}

void application::tell_publisher() const {
  const config::kafka_settings& kafka = settings_->kafka;
  if (kafka.publisher != config::publisher_choice::automatic || kafka.is_direct) return;
  metrics::happened(metrics::happening::publisher_librdkafka,
                    "librdkafka writes to Kafka, because only it honours kafka.properties." + kafka.librdkafka_for +
                        ": an event costs about two and a half times the CPU");
}

// How a lane reaches a broker.
client::connection_settings application::connection_settings() const {
  const config::kafka_settings& kafka = settings_->kafka;
  std::string client_id = producer::sender_settings().client_id;
  if (const auto id = kafka.properties.find("client.id"); id != kafka.properties.end()) client_id = id->second;
  client::connection_settings connecting;
  connecting.tls = tls_;
  connecting.opening = {client_id, std::string(build_info::version), login_, {}};
  connecting.connect_time_max = time_of(kafka, "socket.connection.setup.timeout.ms", connecting.connect_time_max);
  connecting.reconnect_pause_first = time_of(kafka, "reconnect.backoff.ms", connecting.reconnect_pause_first);
  connecting.reconnect_pause_longest = time_of(kafka, "reconnect.backoff.max.ms", connecting.reconnect_pause_longest);
  return connecting;
}

std::unique_ptr<producer::lane_publisher> application::make_direct_publisher() {
  const config::kafka_settings& kafka = settings_->kafka;
  producer::sender_settings sending;
  if (const auto id = kafka.properties.find("client.id"); id != kafka.properties.end()) sending.client_id = id->second;
  sending.compression_of = [settings = settings_](std::string_view topic) {
    const auto how = compression_of(*settings, topic);
    return batching::kafka::wire::compression{codec_named(how.codec), how.level};
  };
  sending.attempt_bytes_max = settings_->batch.bytes_max;
  sending.linger = settings_->batch.linger;
  sending.request_timeout = time_of(kafka, "request.timeout.ms", sending.request_timeout);
  sending.retry_pause_first = time_of(kafka, "retry.backoff.ms", sending.retry_pause_first);
  sending.retry_pause_longest = time_of(kafka, "retry.backoff.max.ms", sending.retry_pause_longest);
  producer::lane_requests requests{
      [this] { publisher_.refresh_topics([](bool) {}); }, [this] { publisher_.note_contact(); },
      [this](const std::shared_ptr<batching::topic>& of, std::int32_t partition, const std::function<void()>& done) {
        owners_.hand_over(of, partition, done);
      }};
  return std::make_unique<producer::lane_publisher>(std::move(sending), connection_settings(), std::move(requests));
}

namespace {

/// As they are, where no control of the chaos campaign leaves something out.
void leave_out(::store::ownership::claim_settings& of) {
  using ::store::leaves_out, ::store::safeguard, ::store::ownership::shortcut;
  if (leaves_out(safeguard::marker)) of.leaves_out = shortcut::producer_id_believed;
  if (leaves_out(safeguard::end_of_transaction)) of.leaves_out = shortcut::end_believed;
  if (leaves_out(safeguard::former_writers)) of.leaves_out = shortcut::others_not_fenced;
  if (leaves_out(safeguard::keep_alives)) of.keep_every = std::chrono::hours(24);
}

}  // namespace

// With connections of its own, so that appends do not stand behind plain batches.
std::unique_ptr<::store::ownership::lane_driver> application::make_store_driver() {
  ::store::ownership::driver_settings driving;
  leave_out(driving.claiming);
  driving.asking.linger = settings_->batch.linger;
  client::connection_settings connecting = connection_settings();
  connecting.opening.needs = ::store::ownership::needed_requests;
  driving.asking.client_id = connecting.opening.client_id;
  driving.asking.request_timeout = time_of(settings_->kafka, "request.timeout.ms", driving.asking.request_timeout);
  driving.compression_of = [settings = settings_](std::string_view topic) {
    const auto how = compression_of(*settings, topic);
    return batching::kafka::wire::compression{codec_named(how.codec), how.level};
  };
  return std::make_unique<::store::ownership::lane_driver>(
      std::move(driving), std::move(connecting),
      ::store::ownership::driver_requests{[this] { publisher_.refresh_topics([](bool) {}); },
                                          [this] { publisher_.note_contact(); }});
}

batching::librdkafka::group_settings application::store_group() const {
  return {settings_->kafka.bootstrap, librdkafka_properties(settings_->kafka, tokens_ != nullptr),
          credentials_of_librdkafka(), settings_->store.group, settings_->store.session_timeout};
}

stores::topic_watch::question application::store_question() const {
  static constexpr std::chrono::milliseconds patience{2'000};
  return [asking = producer_settings()](const std::vector<std::string>& topics) {
    return batching::librdkafka::ask_settings(asking, topics, patience);
  };
}

batching::publisher& application::publisher_of_lanes() noexcept {
  if (settings_->has_store()) return store_.stores();
  if (direct_.empty()) return publisher_;
  return owners_;
}

// Tells the direct publishers and the listings who leads which partition.
std::function<void(std::shared_ptr<const batching::cluster>)> application::cluster_listener() {
  return [this](const std::shared_ptr<const batching::cluster>& seen) {
    {
      const std::lock_guard lock(topics_mutex_);
      cluster_ = seen;
    }
    for (const auto& d : direct_) d->set_cluster(seen);
    store_.set_cluster(seen);
  };
}

std::shared_ptr<const batching::cluster> application::cluster() const {
  const std::lock_guard lock(topics_mutex_);
  return cluster_;
}

void application::add_direct(metrics::snapshot& into) const {
  for (const metrics::broker_row& row : store_.brokers_seen()) add_broker(into.kafka.brokers, row);
  for (const auto& d : direct_) {
    const producer::lane_state state = d->state();
    for (const metrics::broker_row& row : state.brokers) add_broker(into.kafka.brokers, row);
    for (metrics::topic_row& row : into.topics) {
      if (row.id >= state.topics.size()) continue;
      row.sent_payload_bytes += state.topics[row.id].payload_bytes;
      row.sent_bytes += state.topics[row.id].wire_bytes;
    }
    into.kafka.queue_records += static_cast<std::int64_t>(state.queued.records);
    into.kafka.queue_bytes += state.queued.bytes;
    into.kafka.producer_rebuilds += state.producers_lost;
  }
}

}  // namespace gateway::app
