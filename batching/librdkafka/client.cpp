#include "batching/librdkafka/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cassert>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

namespace batching::librdkafka {
namespace {

using property = std::pair<const char*, const char*>;

// Ours, which a user may override. Sources: performance notes (nagle), librdkafka's CONFIGURATION.md (the rest).
constexpr std::array<property, 9> defaults = {{
    {"client.id", "headgate"},
    {"socket.nagle.disable", "true"},  // else a 40 ms pause between small requests
    {"socket.keepalive.enable", "true"},
    {"socket.connection.setup.timeout.ms", "4000"},  // one address that swallows packets holds up nobody for long
    {"reconnect.backoff.ms", "50"},
    {"reconnect.backoff.max.ms", "1000"},  // jittered by librdkafka; bounds how long healing takes
    {"request.timeout.ms", "10000"},  // a frozen leader is given up after this, and asked again with the same sequence
    {"topic.metadata.refresh.interval.ms", "10000"},
    {"statistics.interval.ms", "1000"},
}};

// The properties on which the promises stand; the configuration refuses attempts to change these.
constexpr std::array<property, 9> fixed = {{
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"message.timeout.ms", "0"},  // no timer gives up on a record
    {"linger.ms", "0"},           // batches are made before librdkafka
    {"batch.num.messages", "100000"},
    {"queue.buffering.max.messages", "0"},  // no bound here: the in-flight budget is the bound
    {"queue.buffering.max.kbytes", "2147483647"},
    {"message.copy.max.bytes", "512"},  // larger ones go from the batch's arena to the socket without another copy
    {"log.queue", "true"},
}};

// A flow that a firewall has forgotten is noticed within 30 s, as on the lanes' own connections
// (kafka/client/connector).
int tuned_socket(int domain, int type, int protocol, void*) {
  const int made = ::socket(domain, type | SOCK_CLOEXEC, protocol);
  const auto set = [made](int level, int name, int value) { ::setsockopt(made, level, name, &value, sizeof value); };
  if (made < 0 || (domain != AF_INET && domain != AF_INET6)) return made;
  set(IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 20'000);
  return made;
}

class config_builder {
 public:
  void set(const char* name, const char* value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(conf_, name, value, why.data(), why.size()) != RD_KAFKA_CONF_OK && error_.empty())
      error_ = std::string("kafka property ") + name + ": " + why.data();
  }
  config_builder() : conf_(rd_kafka_conf_new()) { rd_kafka_conf_set_socket_cb(conf_, tuned_socket); }
  ~config_builder() {
    if (conf_ != nullptr) rd_kafka_conf_destroy(conf_);
  }
  config_builder(const config_builder&) = delete;
  config_builder& operator=(const config_builder&) = delete;
  rd_kafka_conf_t* get() noexcept { return conf_; }
  rd_kafka_conf_t* release() noexcept { return std::exchange(conf_, nullptr); }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  rd_kafka_conf_t* conf_;
  std::string error_;
};

constexpr int metadata_patience_ms = 2000;   // one question; Kafka that takes longer counts as away
constexpr std::int16_t produce_request = 0;  // Kafka's protocol: ApiKey of Produce

// rd_kafka_interceptor_f_on_request_sent_t: a broker's thread, after the whole of a request was written.
rd_kafka_resp_err_t note_sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t key, std::int16_t, std::int32_t,
                              std::size_t, void* sent) {
  if (key == produce_request)
    static_cast<last_sent*>(sent)->store(std::chrono::steady_clock::now().time_since_epoch().count());
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t watch_requests(rd_kafka_t* rk, const rd_kafka_conf_t*, void* sent, char*, std::size_t) {
  return rd_kafka_interceptor_add_on_request_sent(rk, "headgate", note_sent, sent);
}

void destroy(rd_kafka_t* rk) noexcept {
  void* const opaque = rd_kafka_opaque(rk);
  rd_kafka_destroy(rk);
  client_credentials::release(opaque);
}

}  // namespace

std::string library_version() { return rd_kafka_version_str(); }

void producer_deleter::operator()(rd_kafka_t* rk) const noexcept {
  std::promise<void> ended;
  const std::future<void> end = ended.get_future();
  try {
    std::thread([rk, kept = sent, ended = std::move(ended)]() mutable {
      destroy(rk);
      ended.set_value();
    }).detach();
  } catch (const std::system_error&) {  // no thread is to be had
    return destroy(rk);
  }
  end.wait_for(end_patience);
}
void topic_handle_deleter::operator()(rd_kafka_topic_t* rkt) const noexcept { rd_kafka_topic_destroy(rkt); }
void queue_deleter::operator()(rd_kafka_queue_t* queue) const noexcept { rd_kafka_queue_destroy(queue); }
void event_deleter::operator()(rd_kafka_event_t* event) const noexcept { rd_kafka_event_destroy(event); }
void metadata_deleter::operator()(const rd_kafka_metadata_t* answer) const noexcept {
  rd_kafka_metadata_destroy(answer);
}

metadata_handle ask_metadata(rd_kafka_t* rk, topics_asked about) noexcept {
  const rd_kafka_metadata_t* answer = nullptr;
  const int all = about == topics_asked::all ? 1 : 0;
  if (rd_kafka_metadata(rk, all, nullptr, &answer, metadata_patience_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return metadata_handle(answer);
}

boost::system::result<producer_handle, std::string> make_producer(const producer_settings& settings,
                                                                  const std::shared_ptr<last_sent>& sent) {
  config_builder conf;
  for (const auto& [name, value] : defaults) conf.set(name, value);
  conf.set("bootstrap.servers", settings.bootstrap.c_str());
  conf.set("message.max.bytes", std::to_string(settings.message_bytes_max).c_str());
  conf.set("batch.size", std::to_string(settings.batch_bytes_max).c_str());
  for (const auto& [name, value] : settings.properties) conf.set(name.c_str(), value.c_str());
  if (const std::string wrong = settings.credentials.apply(conf.get()); !wrong.empty()) return wrong;
  for (const auto& [name, value] : fixed) conf.set(name, value);
  if (!conf.error().empty()) return conf.error();
  rd_kafka_conf_set_events(conf.get(),
                           RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS);
  if (sent) rd_kafka_conf_interceptor_add_on_new(conf.get(), "headgate", watch_requests, sent.get());
  std::array<char, 512> why{};
  producer_handle made(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size()), {sent});
  // The producer owns it now. Or none could be made: then the interceptors have been freed, and what is left of it is
  // given up, since freeing them again would end the process (2.8.0).
  if (made || sent) static_cast<void>(conf.release());
  if (!made) return std::string("cannot make a Kafka producer: ") + why.data();
  settings.credentials.begin(made.get());
  rd_kafka_set_log_queue(made.get(), nullptr);
  return made;
}

topic_handle make_topic(rd_kafka_t* rk, const std::string& name, const topic_compression& compression) {
  rd_kafka_topic_conf_t* conf = rd_kafka_default_topic_conf_dup(rk);
  std::array<char, 256> why{};
  rd_kafka_topic_conf_set(conf, "compression.codec", compression.codec.c_str(), why.data(), why.size());
  if (compression.codec != "none")
    rd_kafka_topic_conf_set(conf, "compression.level", std::to_string(compression.level).c_str(), why.data(),
                            why.size());
  topic_handle made(rd_kafka_topic_new(rk, name.c_str(), conf));
  assert(made);
  return made;
}

}  // namespace batching::librdkafka
