// The settings that components receive: values checked, defaults filled in. Made by finalize() only (finalize.h); what
// the user may write is in option_table.cpp. Bounds that depend on each other are argued in finalize.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "batching/ack_level.h"
#include "batching/batcher.h"
#include "batching/intake.h"
#include "gateway/config/auth_settings.h"

namespace gateway::config {

using namespace std::chrono_literals;

struct endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
};

using batching::ack_level;
enum class validation : std::uint8_t { full, none };
enum class partition_order : std::uint8_t {
  follow,  // a grown topic's keys are mapped over the new count at once, loudly
  strict,  // keys stay on the old count until the operator says otherwise
};

/// The fate of a body that is neither JSON nor NDJSON.
enum class opaque_bodies : std::uint8_t { take, refuse };

/// The kind of a topic, as its clients see it.
enum class topic_mode : std::uint8_t {
  stream,  // events are written to it
  store,   // an event store: versions, appends that expect one, reads of one aggregate
};

/// How the REST Proxy dialect stores a JSON string that is a key.
enum class rest_key_form : std::uint8_t { json, text };

/// How a record carries a CloudEvent (the Kafka binding's content modes).
enum class cloudevents_form : std::uint8_t { binary, structured };
/// The form that a JSON event must have beside being JSON.
enum class envelope_kind : std::uint8_t { none, event };

/// The provider of a topic's webhooks: decides how their signature is checked.
enum class webhook_kind : std::uint8_t { none, github, stripe };

/// The answer to a request of which some events are stored and others are not.
// automatic: 207, and 200 where a dialect's original says so; then 207, 503.
enum class partial_status : std::uint8_t { automatic, multi_status, unavailable };

enum class tls_mode : std::uint8_t {
  automatic,  // required where there is a certificate; the admin listener: optional
  off,
  optional,  // who does not begin with TLS is served plainly
  required,
};
enum class client_auth : std::uint8_t { automatic, none, optional, required };  // automatic: as `tls` says
enum class tls_version : std::uint8_t { automatic, v1_2, v1_3 };                // the least that is spoken

/// The field of a request in which trusted proxies name its client. automatic: the one that is there.
enum class forwarded_field : std::uint8_t { automatic, off, forwarded, x_forwarded_for };

/// TLS of one listener, or of all (`tls`). Values that are empty or automatic are as `tls` says.
struct listener_tls {
  tls_mode mode = tls_mode::automatic;
  std::vector<std::string> certificates;  // PEM files, each with its chain; the first is the default
  std::vector<std::string> keys;          // one for each certificate; none: the keys are in the certificates' files
  std::string client_ca;
  client_auth clients = client_auth::automatic;
  std::string crl;
  tls_version minimum = tls_version::automatic;
};

/// `own` with what it leaves open taken from `shared`; nothing is automatic in it.
[[nodiscard]] listener_tls complete(listener_tls own, const listener_tls& shared, bool is_admin);

/// The settings of one topic: the first pattern that matches, over the defaults.
struct topic_settings {
  std::string pattern = "*";  // a topic name, or with `*` for any run of characters
  topic_mode mode = topic_mode::stream;
  ack_level ack = ack_level::broker;                                          // the default of `ack=`
  bool ack_none_allowed = true;                                               // whether a request may ask for ack=none
  std::vector<std::string> key_pointers = {"/aggregateId", "/aggregate_id"};  // RFC 6901, first present wins
  validation validate = validation::full;
  opaque_bodies opaque = opaque_bodies::take;
  std::vector<std::string> query_ignored;  // query parameters that clients send and that mean nothing
  std::vector<std::string> cors_origins;   // of browsers' pages that may send here
  config::partial_status partial = config::partial_status::automatic;
  rest_key_form rest_key = rest_key_form::json;
  cloudevents_form cloudevents = cloudevents_form::binary;
  std::vector<std::string> cloudevents_key = {"partitionkey", "subject"};
  std::vector<std::string> headers;                // names and patterns of request fields that become Kafka headers
  std::string client_address_header;               // the Kafka header with the client's address; empty: none
  std::string timestamp_pointer;                   // empty: a record has the time of its admission
  std::chrono::milliseconds timestamp_skew_max{};  // 0: see timestamp_skew() in gateway/ingress/rules.h
  envelope_kind envelope = envelope_kind::none;
  std::string event_id_pointer = "/eventId";
  std::string event_type_pointer = "/eventType";
  std::string event_time_pointer = "/timestamp";
  std::string payload_pointer = "/payload";
  bool event_headers = false;  // event-type and event-id go to Kafka headers
  webhook_kind webhook = webhook_kind::none;
  std::string webhook_secret;       // empty: see webhook_secret_file
  std::string webhook_secret_file;  // its first line; empty: nothing is checked
  std::chrono::milliseconds webhook_age_max = 5min;
  partition_order order = partition_order::follow;
  std::int32_t partitions = 0;             // with `order: strict`: the count keys are mapped over; 0 = as first seen
  std::optional<std::string> compression;  // none, lz4, zstd; else the gateway's
  std::optional<int> compression_level;
  batching::intake_policy intake;
};

/// The route of mixed events: the first entry whose types match.
struct route_settings {
  std::vector<std::string> types;  // event types, or with `*` for any run of characters
  std::string topic;               // `{type}` in it is the event's type
  bool operator==(const route_settings&) const = default;
};

/// Named bounds of everything a client can make us hold. Times are from the last progress unless said otherwise.
struct limits {
  std::int64_t in_flight_bytes_max = 64 << 20;  // the budget; high and low level are parts of it
  std::int64_t in_flight_bytes_high = 48 << 20;
  std::int64_t in_flight_bytes_low = 32 << 20;
  std::uint32_t connections_max = 16'384;    // http, tcp and lines together
  std::uint32_t head_bytes_max = 16 * 1024;  // request line and headers -> 431
  std::uint32_t headers_max = 64;
  std::uint64_t body_bytes_max = 8 << 20;         // as sent -> 413
  std::uint64_t decoded_bytes_max = 16 << 20;     // after decompression -> 413
  std::uint32_t events_per_request_max = 50'000;  // -> 413; with record_overhead_bytes each within half of the budget
  std::uint32_t json_depth_max = 128;
  std::uint32_t pipelined_requests_max = 32;            // answered in order; the socket is not read beyond
  std::uint32_t handshakes_max = 1024;                  // TLS handshakes under way; the oldest makes room
  std::chrono::milliseconds handshake_time_max = 10s;   // from the connection to the end of its handshake
  std::chrono::milliseconds head_time_max = 10s;        // from the first byte to the end of the head -> 408
  std::chrono::milliseconds body_time_max = 30s;        // a body that makes no progress -> 408
  std::uint32_t body_rate_bytes_min = 1024;             // a body slower than this (bytes/s, after body_time_max) -> 408
  std::chrono::milliseconds idle_time_max = 75s;        // keep-alive without a request
  std::chrono::milliseconds write_time_max = 30s;       // an answer the client does not read
  std::chrono::milliseconds answer_time_default = 30s;  // timeout_ms
  std::chrono::milliseconds answer_time_max = 300s;
  std::uint32_t frame_bytes_max = 4 << 20;         // TCP frame, as sent
  std::uint32_t line_bytes_max = 1'000'000;        // --lines
  std::chrono::milliseconds drain_time_max = 30s;  // SIGTERM to exit
  std::chrono::milliseconds kafka_away_max = 30s;  // Kafka unreachable this long -> not ready
  std::uint32_t unreached_leaders_max = 50;        // percent of partitions; more -> not ready
};

/// The choice of who writes to Kafka: see docs/adr/0006-record-batches.md.
enum class publisher_choice : std::uint8_t {
  automatic,  // direct, where every property that is written is one it knows
  direct,     // our own record batches
  librdkafka,
};

/// `kafka.tls`: written as librdkafka's properties by finalize (kafka_security.h).
struct kafka_tls_settings {
  bool enabled = false;
  std::string ca, certificate, key, key_password;  // files, and what opens the key's
  bool verify = true;
  bool verify_name = true;
};

enum class login_mechanism : std::uint8_t { none, plain, scram_sha_256, scram_sha_512, oauthbearer };

/// `kafka.login`: the same.
struct kafka_login_settings {
  login_mechanism mechanism = login_mechanism::none;
  std::string username, password, password_file;
  std::string token_endpoint, token_ca, client_id, client_secret, client_secret_file, scope;
  std::string token_file;
};

struct kafka_settings {
  kafka_tls_settings tls;
  kafka_login_settings login;
  std::map<std::string, std::string> secret_files;  // after finalize: properties whose value stands in a file
  publisher_choice publisher = publisher_choice::automatic;
  std::string bootstrap;
  bool is_direct = false;                         // after finalize: what `publisher` comes to
  std::string librdkafka_for;                     // after finalize: a property that only librdkafka honours
  std::map<std::string, std::string> properties;  // librdkafka's, checked against what would break a promise
  std::string compression = "zstd";
  int compression_level = 1;
  std::chrono::milliseconds metadata_refresh = 5s;
};

/// The event store: topics of mode store.
struct store_settings {
  std::string directory;  // of the index; empty: a temporary one, folded anew at each start
  std::string group;      // of the instances that share the partitions; empty: this one has all
  std::chrono::milliseconds session_timeout = 10s;  // of that group: so long after its death, others take over
  std::string instance;          // how this instance is named in Headgate-Owner; empty: host:port of its http listener
  std::string advertise;         // "host" or "host:port" at which the others reach listen.tcp; empty: see peers.h
  std::string peer_secret_file;  // instances prove to each other that they know it; empty: they do not
  std::string peer_ca;           // PEM file, where listen.tcp has TLS; empty: the system's authorities
  std::uint32_t append_events_max = 1000;      // of one append -> 413
  std::uint64_t index_cache_bytes = 48 << 20;  // blocks and filters of the index that stay in memory
  std::uint64_t index_write_bytes = 16 << 20;  // of the index that are not on disk yet; three of these at most
};

struct lag_settings {
  std::vector<std::string> groups;
  std::chrono::milliseconds interval = 15s;
};

struct log_settings {
  enum class format : std::uint8_t { text, json } as = format::text;
  std::string level = "info";
};

inline constexpr std::uint32_t lanes_max = 256;

struct settings {
  std::optional<endpoint> http = endpoint{"127.0.0.1", 8080};
  std::optional<endpoint> tcp = endpoint{"127.0.0.1", 7070};
  std::optional<endpoint> lines;
  std::string lines_topic;
  std::optional<endpoint> admin = endpoint{"127.0.0.1", 9464};
  bool insecure = false;                 // without auth: other addresses than loopback are meant
  std::string admin_token;               // empty: none is asked for
  std::vector<std::string> admin_hosts;  // patterns of further names in `Host`
  listener_tls tls;                      // what the four leave open
  listener_tls http_tls, tcp_tls, lines_tls, admin_tls;
  std::string ticket_secret;                 // a file; empty: keys of this process alone
  std::vector<std::string> trusted_proxies;  // addresses and networks (10.0.0.0/8)
  config::forwarded_field forwarded_field = config::forwarded_field::automatic;
  std::uint32_t lanes = 0;   // after finalize: at least 1
  std::string lanes_reason;  // where nobody wrote it: how the number came about
  config::limits limits;
  batching::batch_bounds batch;
  kafka_settings kafka;
  std::vector<topic_settings> topics;    // ends with the defaults, pattern "*"
  std::vector<route_settings> routes;    // of POST /v1/events and of frames without topic
  std::optional<auth_settings> auth;     // nullopt: nobody has to say who they are
  std::vector<tenant_settings> tenants;  // in the order of the file
  lag_settings lag;
  store_settings store;
  log_settings log;

  /// The settings of a topic: first matching pattern. Never fails: the last pattern is "*".
  [[nodiscard]] const topic_settings& of_topic(std::string_view name) const;
  /// Some topic may be a store.
  [[nodiscard]] bool has_store() const noexcept;
};

}  // namespace gateway::config
