#include "gateway/config/option_table.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "gateway/config/auth_options.h"
#include "gateway/config/kafka_security.h"
#include "gateway/config/option_types.h"
#include "gateway/config/tls_options.h"
#include "gateway/config/topic_options.h"
#include "metrics/log.h"

namespace gateway::config {
namespace {

using S = settings;
using L = limits;
using K = kafka_settings;
using B = batching::batch_bounds;

constexpr std::uint64_t KiB = 1ULL << 10;
constexpr std::uint64_t MiB = 1ULL << 20;
constexpr std::uint64_t GiB = 1ULL << 30;

std::string check_bootstrap(const std::string& text) {
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    const std::string_view broker = std::string_view(text).substr(from, end - from);
    const std::size_t colon = broker.rfind(':');
    const auto port =
        colon == std::string_view::npos ? parsed<std::uint64_t>(misread{}) : parse_number(broker.substr(colon + 1));
    if (colon == 0 || !port || *port == 0 || *port > 65'535 || broker.find_first_of(" \t") != std::string_view::npos)
      return "'" + std::string(broker.substr(0, 100)) + "' is no HOST:PORT: write brokers like kafka1:9092,kafka2:9092";
    from = end + 1;
  }
  return {};
}

std::string check_topic(const std::string& text) {
  if (text.empty() || is_topic_name(text)) return {};
  return "'" + text.substr(0, 100) + "' is no topic name: 1 to 249 letters, digits, '.', '_' and '-'";
}

std::string check_level(const std::string& text) {
  return metrics::parse_log_level(text) ? std::string()
                                        : "'" + text.substr(0, 100) + "' is not one of debug, info, warning, error";
}

std::string check_group(const std::string& text) {
  return !text.empty() && text.size() <= 255 ? std::string() : "a consumer group's name has 1 to 255 bytes";
}

std::string check_token(const std::string& text) {
  if (text.empty() || (text.size() >= 16 && text.size() <= 512)) return {};
  return "takes 16 to 512 bytes: a shorter one can be guessed";
}

std::string check_host(const std::string& text) {
  const bool plain = !text.empty() && text.size() <= 255 &&
                     text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-*") == std::string::npos;
  return plain ? std::string() : "'" + text.substr(0, 100) + "' is no host's name in small letters, without a port";
}

std::vector<setting_option> listen_options() {
  return {
      endpoint_option<S>("listen.http", at(&S::http), "Where HTTP is served. Port 0 picks a free one."),
      endpoint_option<S>("listen.tcp", at(&S::tcp), "Where the binary frame protocol (docs/protocol.md) is served."),
      endpoint_option<S>("listen.lines", at(&S::lines), "Where newline-delimited events are taken, without answers."),
      text_option<S>("listen.lines_topic", at(&S::lines_topic), "topic name", check_topic,
                     "The one topic the lines listener writes to."),
      endpoint_option<S>("listen.admin", at(&S::admin),
                         "Where metrics, health and the status page are served. Not for clients: keep it inside."),
      truth_option<S>("listen.insecure", at(&S::insecure),
                      "Without `auth` everybody may write to every topic, so only loopback addresses may be listened "
                      "on. true: other addresses are meant."),
      secret(reloadable(text_option<S>("listen.admin_token", at(&S::admin_token), "text", check_token,
                                       "What the admin listener asks for, as bearer token or as the password of "
                                       "Basic: 16 to 512 bytes; /healthz and /readyz ask for nothing. Empty: none."))),
      list_option<S>("listen.admin_hosts", at(&S::admin_hosts), "list of names or patterns, at most 64", 64, check_host,
                     "Names in `Host` that the admin listener answers to, beside IP addresses and names without a dot. "
                     "A page that has itself resolved to our address comes with another."),
  };
}

std::vector<setting_option> lane_options() {
  return {
      derived(
          number_option<S>("lanes", at(&S::lanes), 0, lanes_max,
                           "I/O threads, each with its own sockets and sessions. 0: one for each processor that the "
                           "affinity mask and the container's CPU quota leave; where librdkafka publishes, one less "
                           "for its threads."),
          "usable processors"),
  };
}

std::vector<setting_option> budget_options() {
  return {
      size_option<S>(
          "limits.in_flight_bytes_max", at(&S::limits, &L::in_flight_bytes_max), MiB, 1024 * GiB,
          "The budget: what is taken from clients and not settled yet, over all listeners. It bounds the memory "
          "used while Kafka is away. One topic or partition may hold half of it."),
      derived(size_option<S>("limits.in_flight_bytes_high", at(&S::limits, &L::in_flight_bytes_high), 64 * KiB,
                             1024 * GiB, "Above it new work is refused (HTTP 503 with Retry-After) or not read (TCP)."),
              "3/4 of in_flight_bytes_max"),
      derived(
          size_option<S>("limits.in_flight_bytes_low", at(&S::limits, &L::in_flight_bytes_low), 64 * KiB, 1024 * GiB,
                         "Once refusing, the gateway takes work again when the budget has fallen to this."),
          "1/2 of in_flight_bytes_max"),
      number_option<S>(
          "limits.connections_max", at(&S::limits, &L::connections_max), 1, 1'000'000,
          "Client connections over http, tcp and lines; the next one is closed at once. The admin listener has "
          "256 of its own."),
  };
}

std::vector<setting_option> request_options() {
  return {
      size_option<S>("limits.head_bytes_max", at(&S::limits, &L::head_bytes_max), KiB, MiB,
                     "Request line and headers; beyond: 431."),
      number_option<S>("limits.headers_max", at(&S::limits, &L::headers_max), 8, 1000, "Header fields; beyond: 431."),
      derived(size_option<S>("limits.body_bytes_max", at(&S::limits, &L::body_bytes_max), KiB, GiB,
                             "A request's body as sent; beyond: 413."),
              "8MiB, or decoded_bytes_max if that is less"),
      derived(size_option<S>("limits.decoded_bytes_max", at(&S::limits, &L::decoded_bytes_max), KiB, GiB,
                             "A body after decompression; beyond: 413. It is what stops a compression bomb."),
              "16MiB, or 1/4 of in_flight_bytes_max if that is less"),
      derived(number_option<S>(
                  "limits.events_per_request_max", at(&S::limits, &L::events_per_request_max), 1, 10'000'000,
                  "Events of one request or frame; beyond: 413. Each costs the budget 320 bytes beside its own."),
              "50000, or what 1/4 of in_flight_bytes_max carries if that is less"),
      reloadable(number_option<S>("limits.json_depth_max", at(&S::limits, &L::json_depth_max), 4, 1024,
                                  "Nesting of a JSON event; deeper is invalid_json.")),
      number_option<S>("limits.pipelined_requests_max", at(&S::limits, &L::pipelined_requests_max), 1, 1024,
                       "Requests of one connection under way at once; the socket is not read beyond."),
      derived(size_option<S>("limits.frame_bytes_max", at(&S::limits, &L::frame_bytes_max), 4 * KiB, GiB,
                             "A TCP frame as sent; beyond: an error frame, then close."),
              "4MiB, or decoded_bytes_max if that is less"),
      derived(size_option<S>("limits.line_bytes_max", at(&S::limits, &L::line_bytes_max), 64, GiB,
                             "A line on the lines listener; longer ones are counted and skipped."),
              "1MB, or decoded_bytes_max if that is less"),
  };
}

std::vector<setting_option> time_options() {
  return {
      number_option<S>("limits.handshakes_max", at(&S::limits, &L::handshakes_max), 1, 100'000,
                       "TLS handshakes under way over all lanes of a listener. One more makes room by closing the one "
                       "that has waited longest."),
      reloadable(duration_option<S>("limits.handshake_time_max", at(&S::limits, &L::handshake_time_max), 100ms, 10min,
                                    "From a connection to the end of its TLS handshake, or of a proxy's first line; "
                                    "beyond: it is closed.")),
      reloadable(duration_option<S>("limits.head_time_max", at(&S::limits, &L::head_time_max), 100ms, 10min,
                                    "From a request's first byte to the end of its headers; beyond: 408.")),
      reloadable(duration_option<S>("limits.body_time_max", at(&S::limits, &L::body_time_max), 100ms, 1h,
                                    "How long a body may make no progress; beyond: 408.")),
      reloadable(size_option<S>(
          "limits.body_rate_bytes_min", at(&S::limits, &L::body_rate_bytes_min), 0, GiB,
          "A body slower than this a second, once body_time_max is over, is ended with 408. 0: any rate.")),
      duration_option<S>("limits.idle_time_max", at(&S::limits, &L::idle_time_max), 1s, 24h,
                         "How long a connection may stay open without a request."),
      reloadable(duration_option<S>("limits.write_time_max", at(&S::limits, &L::write_time_max), 100ms, 1h,
                                    "How long a client may leave an answer unread before its connection is closed.")),
      reloadable(duration_option<S>("limits.answer_time_default", at(&S::limits, &L::answer_time_default), 1ms, 1h,
                                    "How long a request waits for its outcomes (timeout_ms) where it does not say.")),
      reloadable(duration_option<S>("limits.answer_time_max", at(&S::limits, &L::answer_time_max), 1ms, 1h,
                                    "The longest timeout_ms a request may ask for.")),
      duration_option<S>(
          "limits.drain_time_max", at(&S::limits, &L::drain_time_max), 0s, 1h,
          "From SIGTERM until what is unsettled is given up: it is answered so (4 s at most), and the exit code is 4."),
      duration_option<S>("limits.kafka_away_max", at(&S::limits, &L::kafka_away_max), 1s, 24h,
                         "Kafka unreachable this long turns /readyz to 503. Nothing admitted is given up."),
      number_option<S>("limits.unreached_leaders_max", at(&S::limits, &L::unreached_leaders_max), 0, 100,
                       "Percent of Kafka's partitions whose leaders may be unreachable; beyond: /readyz is 503. 100: "
                       "their share never matters."),
  };
}

std::vector<setting_option> kafka_options() {
  static constexpr choices<std::string_view, 3> codecs{{{"none", "none"}, {"lz4", "lz4"}, {"zstd", "zstd"}}};
  static constexpr choices<publisher_choice, 3> publishers{{{"auto", publisher_choice::automatic},
                                                            {"direct", publisher_choice::direct},
                                                            {"librdkafka", publisher_choice::librdkafka}}};
  return {
      number_option<S>("batch.records_max", at(&S::batch, &B::records_max), 1, 100'000,
                       "Records of one partition handed over to Kafka at once."),
      derived(size_option<S>("batch.bytes_max", at(&S::batch, &B::bytes_max), KiB, 64 * MiB,
                             "Bytes of one partition handed over at once. A larger single event travels alone."),
              "512KiB, or 1/4 of in_flight_bytes_max if that is less"),
      duration_option<S>(
          "batch.linger", at(&S::batch, &B::linger), 0us, 1s,
          "The longest an open batch waits for company. An upper bound, not a tax on every event: an idle "
          "partition sends at once and a busy one when its batch before is back; only where that would "
          "make more than 15,000 requests a second (and lane) batches wait, until about 64 records a "
          "partition are there or nobody comes any more. Appends of a store topic wait no longer for company either."),
      text_option<S>("kafka.bootstrap", at(&S::kafka, &K::bootstrap), "HOST:PORT,...", check_bootstrap,
                     "Brokers to begin with; the others are learnt from them. The one option that must be written."),
      choice_option<S>(
          "kafka.publisher", at(&S::kafka, &K::publisher), publishers,
          "Who writes to Kafka. direct: the gateway itself, for a fraction of the CPU, with TLS and every login "
          "but Kerberos. librdkafka: any property. auto: direct, unless kafka.properties has one "
          "that only librdkafka honours."),
      choice_option<S>(
          "kafka.compression", at(&S::kafka, &K::compression), codecs,
          "Codec of the record batches. zstd at level 1 costs no more CPU than lz4 and shrinks JSON more."),
      number_option<S>("kafka.compression_level", at(&S::kafka, &K::compression_level), 1, 12, "Level of the codec."),
      duration_option<S>("kafka.metadata_refresh", at(&S::kafka, &K::metadata_refresh), 100ms, 15min,
                         "How often topics and their partition counts are looked up."),
  };
}

std::vector<setting_option> observe_options() {
  using log_format = log_settings::format;
  static constexpr choices<log_format, 2> formats{{{"text", log_format::text}, {"json", log_format::json}}};
  return {
      list_option<S>("lag.groups", at(&S::lag, &lag_settings::groups), "list of names, at most 100", 100, check_group,
                     "Consumer groups whose lag is measured and exported."),
      duration_option<S>("lag.interval", at(&S::lag, &lag_settings::interval), 1s, 1h, "How often it is measured."),
      choice_option<S>("log.format", at(&S::log, &log_settings::as), formats, "How lines on stderr are written."),
      reloadable(text_option<S>("log.level", at(&S::log, &log_settings::level), "one of debug, info, warning, error",
                                check_level,
                                "Lines below this level are not written. Their metrics count all the same.")),
  };
}

// Both travel in a client id of Kafka's, between semicolons.
std::string check_instance(const std::string& text) {
  const bool is_fine =
      text.size() <= 100 && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != ';'; });
  return is_fine ? std::string() : std::string("must be at most 100 visible ASCII characters without a semicolon");
}

std::string check_advertise(const std::string& text) {
  if (std::string wrong = check_instance(text); !wrong.empty()) return wrong;
  if (text.empty()) return {};
  const auto read = parse_host_port(text);
  return read ? std::string() : read.error().text;
}

std::vector<setting_option> store_options() {
  using E = store_settings;
  return {
      text_option<S>(
          "store.directory", at(&S::store, &E::directory), "path of a folder",
          [](const std::string&) { return std::string(); },
          "Where the index of store topics is kept. It is a cache of Kafka's log: whatever is missing is "
          "folded again. Empty: a temporary folder, and the whole log is folded at every start."),
      text_option<S>(
          "store.group", at(&S::store, &E::group), "name",
          [](const std::string& text) {
            return text.size() <= 255 ? std::string() : std::string("a group's name has at most 255 bytes");
          },
          "Consumer group by which several instances share the partitions of store topics. Empty: this "
          "instance is the only one, and owns all of them."),
      duration_option<S>("store.session_timeout", at(&S::store, &E::session_timeout), 6s, 5min,
                         "With store.group: how long after the death of an instance others take its partitions."),
      text_option<S>(
          "store.instance", at(&S::store, &E::instance), "name", check_instance,
          "With store.group: the name of this instance in Headgate-Owner, unlike all others'. Empty: the advertised "
          "host, with the port of listen.http."),
      text_option<S>(
          "store.advertise", at(&S::store, &E::advertise), "host or host:port", check_advertise,
          "With store.group: where the other instances reach this one's listen.tcp, over which they pass requests on. "
          "Empty: the address of listen.tcp, or this machine's name where that is every address. Without a port: that "
          "of listen.tcp."),
      text_option<S>(
          "store.peer_secret_file", at(&S::store, &E::peer_secret_file), "path of a file",
          [](const std::string&) { return std::string(); },
          "With store.group: a file with the secret, at least 16 bytes, that all instances have in common and by "
          "which they believe each other. Needed where auth is set; it is read at the start and never sent."),
      text_option<S>(
          "store.peer_ca", at(&S::store, &E::peer_ca), "path of a PEM file",
          [](const std::string&) { return std::string(); },
          "Authorities of the other instances' certificates, where listen.tcp has TLS. Empty: the system's."),
      number_option<S>("store.append_events_max", at(&S::store, &E::append_events_max), 1, 10'000,
                       "Events of one append, which are written all or none; beyond: 413."),
      size_option<S>("store.index_cache_bytes", at(&S::store, &E::index_cache_bytes), MiB, 64 * GiB,
                     "Of the index, what stays in memory for reading."),
      size_option<S>("store.index_write_bytes", at(&S::store, &E::index_write_bytes), MiB, GiB,
                     "Of the index, what is gathered in memory before it goes to disk. Three times as much at most."),
  };
}

std::vector<setting_option> all() {
  std::vector<setting_option> out;
  for (auto part :
       {listen_options, listener_tls_options, tls_options, lane_options, kafka_options, kafka_security_options,
        budget_options, request_options, time_options, store_options, observe_options})
    std::ranges::move(part(), std::back_inserter(out));
  return out;
}

}  // namespace

std::span<const setting_option> setting_options() {
  static const std::vector<setting_option> options = all();
  return options;
}

std::span<const topic_option> topic_options() {
  static const std::vector<topic_option> options = make_topic_options();
  return options;
}

const setting_option* find_option(std::string_view path) {
  const auto found = std::ranges::find(setting_options(), path, &setting_option::path);
  return found == setting_options().end() ? nullptr : &*found;
}

const topic_option* find_topic_option(std::string_view key) {
  const auto found = std::ranges::find(topic_options(), key, &topic_option::path);
  return found == topic_options().end() ? nullptr : &*found;
}

std::vector<std::string> option_paths() {
  std::vector<std::string> out = {"kafka.properties", "topics", "tenants", "routes"};
  std::ranges::move(auth_option_paths(), std::back_inserter(out));
  for (const setting_option& o : setting_options()) out.emplace_back(o.path);
  std::ranges::move(topic_option_paths(true), std::back_inserter(out));
  return out;
}

std::vector<std::string> topic_option_paths(bool defaults) {
  std::vector<std::string> out;
  for (const topic_option& o : topic_options())
    if (!defaults || o.path != "pattern")
      out.push_back((defaults ? "topic_defaults." : "topics.") + std::string(o.path));
  return out;
}

bool is_section(std::string_view path) {
  const std::string prefix = std::string(path) + ".";
  constexpr std::string_view defaults = "topic_defaults.";
  if (prefix.starts_with(defaults) && prefix.size() > defaults.size())
    return std::ranges::any_of(topic_options(), [&](const topic_option& o) {
      return o.path.starts_with(std::string_view(prefix).substr(defaults.size()));
    });
  return path == "topic_defaults" ||
         std::ranges::any_of(setting_options(), [&](const setting_option& o) { return o.path.starts_with(prefix); });
}

}  // namespace gateway::config
