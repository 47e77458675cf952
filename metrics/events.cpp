#include "metrics/events.h"

#include <array>
#include <atomic>
#include <cassert>
#include <utility>

namespace metrics {
namespace {

constexpr auto info_ = log_level::info;
constexpr auto warn_ = log_level::warning;
constexpr auto error_ = log_level::error;
constexpr bool calm = false;
constexpr bool call = true;
constexpr std::uint32_t minute = 60'000;
constexpr std::uint32_t ten_s = 10'000;

// clang-format off
constexpr std::array<happening_info, happenings> catalogue{{
  {happening::started, "started", info_, calm, 10, minute,
   "The process has read its configuration and begins.", "Nothing."},
  {happening::ready, "ready", info_, calm, 10, minute,
   "Events are taken: /readyz answers 200.", "Nothing."},
  {happening::not_ready, "not_ready", warn_, call, 10, minute,
   "Events are not taken: /readyz answers 503; the line says why.",
   "Follow the reason in the line: usually Kafka is away (kafka_unreachable), the budget is full (budget_paused) or "
   "the process drains."},
  {happening::kafka_unreachable, "kafka_unreachable", error_, call, 3, minute,
   "No broker can be reached. Admitted events are kept and sent when one is back; new events are refused once the "
   "budget is full or limits.kafka_away_max is over.",
   "Check that the brokers run, that kafka.bootstrap names them, and the network and TLS/SASL between. The gateway "
   "heals by itself; do not restart it: that would give up what it holds."},
  {happening::kafka_back, "kafka_back", info_, calm, 10, minute,
   "Brokers answer again; what was held is being sent.", "Nothing."},
  {happening::kafka_log, "kafka_log", warn_, calm, 20, ten_s,
   "A message of a connection to a broker, or of librdkafka.",
   "Read it beside the notices around it; alone it needs nothing."},
  {happening::kafka_refused, "kafka_refused", error_, call, 10, minute,
   "A broker and this gateway do not come to terms: a certificate, a login or a version is refused.",
   "Do what the line says. It is tried again every 5 to 30 s."},
  {happening::publisher_librdkafka, "publisher_librdkafka", warn_, calm, 1, minute,
   "A property in kafka.properties keeps the direct publisher from writing to Kafka; librdkafka does it, for more CPU.",
   "Remove the property the line names if it is not needed; else nothing."},
  {happening::producer_fatal, "producer_fatal", error_, call, 10, minute,
   "A producer reached a state it cannot leave: the direct one in one partition, librdkafka's altogether (its fatal "
   "error). Another takes over; records whose fate is unknown are answered possibly_persisted.",
   "Look for the cause in the line: producer state deleted on the broker, an epoch fence, data loss after an "
   "unclean leader election. Repeated: look at the brokers' logs."},
  {happening::producer_rebuilt, "producer_rebuilt", warn_, calm, 10, minute,
   "A new producer has taken over; events flow again.", "Nothing; see producer_fatal for the cause."},
  {happening::credentials_renewed, "credentials_renewed", info_, calm, 10, minute,
   "A certificate, key, authority or revocation file has changed and is in use: of the connections to Kafka "
   "(kafka.properties), or of a listener (the line names it). No connection was dropped for it.", "Nothing."},
  {happening::credentials_unusable, "credentials_unusable", error_, call, 3, minute,
   "A certificate, key, authority or revocation file has changed and cannot be used; the old ones are in force. The "
   "line names the file, and the listener where it is a listener's.",
   "The line says what is wrong with it: put a matching pair there. It is tried again by itself."},
  {happening::record_refused, "record_refused", error_, call, 5, ten_s,
   "Kafka refused records for good (too large, not authorised, invalid). They were answered so and are not in Kafka.",
   "The line names topic and error: align event_bytes_max with the topic's max.message.bytes, or grant the "
   "gateway's principal Write on the topic."},
  {happening::record_fate_unknown, "record_fate_unknown", error_, call, 5, ten_s,
   "Nobody knows whether records are in Kafka; they were answered possibly_persisted.",
   "Clients that must not duplicate check before they retry. Look for producer_fatal or drain_incomplete near it."},
  {happening::partition_ownership, "partition_ownership", info_, calm, 60, minute,
   "A partition of a store topic was taken over, is served, was given up or lost; the line says why.",
   "Nothing, if it ends in serving somewhere. Again and again: two instances believe that they should own it, or Kafka "
   "refuses one; look at the assignment and at the reasons in the lines."},
  {happening::foreign_writer, "foreign_writer", error_, call, 10, minute,
   "A store partition has records that this store did not write, or Kafka refused an append because its sequence is not "
   "the next one: a stranger wrote under our producer id, or Kafka forgot the producer. The partition is then taken over "
   "again and its log read.",
   "Let nobody but the store write to the topic. Check producer.id.expiration.ms and retention on the brokers."},
  {happening::store_topic_unfit, "store_topic_unfit", error_, call, 20, minute,
   "Kafka is not set up so that a topic can be an event store: history, or the proof of who owns a partition, is at "
   "risk. It is not served: requests get 503 store_unfit.",
   "Change in Kafka what the line says; it is asked again every 15 s, and headgate check says it again."},
  {happening::store_topic_weak, "store_topic_weak", warn_, calm, 20, minute,
   "Kafka is set up weaker than an event store should have it: few replicas, or history that is deleted.",
   "Change in Kafka what the line says, or know of it; headgate check says it again."},
  {happening::store_topic_fit, "store_topic_fit", info_, calm, 20, minute,
   "Kafka is set up again so that a topic can be an event store; it is served.", "Nothing."},
  {happening::store_keep_alive_overdue, "store_keep_alive_overdue", warn_, call, 10, minute,
   "Kafka has not confirmed for twice the interval that a store partition is owned by this instance: the coordinator or "
   "the leader does not answer, or the process stood still. Nothing is written before it does.",
   "Look at the brokers, first at those of __transaction_state. Unless Kafka is asked again before the shortest of "
   "retention.ms, producer.id.expiration.ms and transactional.id.expiration.ms, it may forget the owner."},
  {happening::store_log_unreadable, "store_log_unreadable", error_, call, 10, minute,
   "The log of a store partition cannot be read on: damaged, an unknown codec, or no right to read. Nothing is served "
   "from the partition until it can.",
   "Do what the line says; grant the principal Read on the topic. It is tried again every second."},
  {happening::store_log_restarted, "store_log_restarted", error_, call, 10, minute,
   "The log of a store partition does not go on where it was read to: cut by retention or an unclean election, or the "
   "topic was made anew. What was folded from it is thrown away, and it is read from its first record on.",
   "Check retention and unclean.leader.election.enable of the topic. History below its first offset is gone."},
  {happening::webhook_secret_unreadable, "webhook_secret_unreadable", error_, call, 3, minute,
   "The file named by a topic's webhook_secret_file cannot be read or is empty. Its webhooks are refused with 401.",
   "Make the file readable for the gateway, then send SIGHUP."},
  {happening::topic_grew, "topic_grew", warn_, calm, 20, minute,
   "A topic has more partitions than before. Under order: follow new events of a key may go to another partition "
   "than its old ones.",
   "If consumers rely on order per key across the change, set order: strict (and partitions) for the topic before "
   "growing it."},
  {happening::topic_shrank, "topic_shrank", error_, call, 20, minute,
   "A topic has fewer partitions than before: it was deleted and created again. Keys map anew.",
   "Check that it was meant. Records waiting for partitions that are gone are answered not_persisted."},
  {happening::topic_gone, "topic_gone", error_, call, 20, minute,
   "A topic that was there is gone. Requests to it get 404; records waiting for it are answered not_persisted.",
   "Create it again, or stop its producers. The gateway never creates topics."},
  {happening::topic_back, "topic_back", info_, calm, 20, minute,
   "A topic that was gone is there again.", "Nothing."},
  {happening::partition_full, "partition_full", warn_, call, 5, ten_s,
   "One topic or partition holds its share of the budget: its events are refused, all others flow.",
   "Its leader is slow, away or below min.insync.replicas: look at that partition's brokers."},
  {happening::store_index_thrown_away, "store_index_thrown_away", warn_, calm, 5, minute,
   "The index of the store topics was damaged or of another version. It is begun anew, from Kafka's log.",
   "Nothing, but appends and reads wait until the log is folded. Again and again: look at the disk."},
  {happening::store_index_temporary, "store_index_temporary", warn_, calm, 5, minute,
   "store.directory is not set: the index is in a temporary folder, and the log is folded anew at every start.",
   "Set store.directory to a folder that stays."},
  {happening::store_index_failed, "store_index_failed", error_, call, 5, minute,
   "The index of the store topics cannot be written or read, and no new one can be made. Store topics are not served; "
   "Kafka has all of their events.",
   "Make room on the disk of store.directory, or replace it. It is tried again by itself, and folded from Kafka's log."},
  {happening::store_version_mismatch, "store_version_mismatch", error_, call, 5, minute,
   "An event of a store topic has another aggregate-version than counting gives: somebody else writes to the topic.",
   "Find who writes to the topic in the line, and take the right away: only the gateway may write to a store."},
  {happening::store_peer_lost, "store_peer_lost", warn_, calm, 20, minute,
   "The connection to another instance of the store's group was lost, or cannot be made. Requests for its partitions wait, or are answered 503.",
   "If it lasts: look whether that instance runs, whether its listen.tcp is reachable under store.advertise, and "
   "whether all instances have the same peer secret and TLS."},
  {happening::store_peers_open, "store_peers_open", warn_, calm, 5, minute,
   "Instances share the partitions, and auth is set without store.peer_secret_file: they cannot pass requests on.",
   "Give all instances the same secret in store.peer_secret_file."},
  {happening::budget_paused, "budget_paused", warn_, calm, 5, ten_s,
   "The in-flight budget is above its high level: HTTP answers 503 with Retry-After, TCP is not read.",
   "Short: nothing, this is backpressure at work. Minutes: Kafka is slower than the input; look at broker load, or "
   "raise limits.in_flight_bytes_max."},
  {happening::budget_resumed, "budget_resumed", info_, calm, 5, ten_s,
   "The budget has fallen to its low level; events are taken.", "Nothing."},
  {happening::lag_unknown, "lag_unknown", warn_, calm, 3, minute,
   "Consumer lag of a configured group could not be read; its metric keeps no stale value.",
   "Check that the gateway's principal may Describe the group and its topics."},
  {happening::accept_failed, "accept_failed", error_, call, 3, minute,
   "A connection could not be accepted, usually for want of file descriptors. Accepting goes on after a pause.",
   "Raise the hard limit of open files above limits.connections_max plus 256 (LimitNOFILE, ulimit -Hn)."},
  {happening::connections_full, "connections_full", warn_, calm, 3, minute,
   "As many connections are open as may be (limits.connections_max, or the admin listener's own 256; the line says "
   "which); further ones are closed at once.",
   "If the clients are yours, raise limits.connections_max; if not, find who opens them."},
  {happening::open_files_short, "open_files_short", warn_, calm, 3, minute,
   "At start: the system lets the process open fewer files than limits.connections_max and its own 256 need; the line "
   "has both numbers. The soft limit is raised to the hard one already.",
   "Raise the hard limit (LimitNOFILE, ulimit -Hn), or lower limits.connections_max."},
  {happening::tls_handshake_failed, "tls_handshake_failed", info_, calm, 10, ten_s,
   "A client did not get through the TLS handshake; the line says why.",
   "The line names the client's address and the fault: its certificate, its trust in ours, an old TLS version, or plain "
   "bytes on a TLS port."},
  {happening::certificate_expires, "certificate_expires", warn_, call, 3, minute,
   "A certificate of a listener expires within two weeks, or has expired; said once a day. Clients refuse an expired "
   "one.",
   "Renew the file that the line names. It is taken up by itself."},
  {happening::protocol_error, "protocol_error", info_, calm, 10, ten_s,
   "A client sent what cannot be read; it was told why and its connection closed.",
   "The line names the client's address and the fault: fix that client."},
  {happening::line_oversize, "line_oversize", warn_, calm, 3, minute,
   "A line longer than limits.line_bytes_max was skipped on the lines listener.",
   "Raise limits.line_bytes_max, or shorten the line at its source."},
  {happening::login_refused, "login_refused", warn_, calm, 10, ten_s,
   "A client was not let in; the line says why and from which address. Counted by reason in "
   "headgate_logins_refused_total.",
   "One client: its key or token is wrong or over. Many from one address: somebody tries."},
  {happening::rights_changed, "rights_changed", info_, calm, 100, minute,
   "A tenant came, went, or may do something else than before; the line says which. The audit line of a reload.",
   "Nothing, if it was meant."},
  {happening::keys_read, "keys_read", info_, calm, 20, minute,
   "API keys, or the keys of the token issuer, were read and are in force.", "Nothing."},
  {happening::keys_unusable, "keys_unusable", error_, call, 5, minute,
   "The file of API keys, or the keys of the token issuer, cannot be read or used. Those of before stay in force; "
   "without any, nobody can log in that way.",
   "Do what the line says. It is tried again by itself, a file every second and an address every 10 s."},
  {happening::keys_exposed, "keys_exposed", warn_, calm, 3, minute,
   "Other users of this machine may read the file of API keys: salted hashes, from which no key follows, but tenants "
   "and ids do.",
   "chmod 600 the file."},
  {happening::setup_weak, "setup_weak", warn_, calm, 20, minute,
   "At start, at SIGHUP and when the issuer's keys change: something of the listeners' side works and is hardly meant: a "
   "key that others may read, a broken or weak key of the issuer that is ignored, a tenant that nobody can be, a pattern "
   "that lets in more than it should, or nothing.",
   "Do what the line says; `headgate check` says the same and more."},
  {happening::line_discarded, "line_discarded", warn_, calm, 3, minute,
   "A line on the lines listener is no event of its topic (it says why: most often it is no JSON) and was discarded.",
   "Send JSON, or set validate: none for that topic; headgate_events_refused_total counts the lines by reason."},
  {happening::lines_topic_unknown, "lines_topic_unknown", warn_, call, 1, minute,
   "Kafka does not show the topic of the lines listener. Its connections wait and are not read.",
   "Create the topic, or correct listen.lines_topic."},
  {happening::config_reloaded, "config_reloaded", info_, calm, 10, minute,
   "SIGHUP: the configuration was read again and what can change at run time is in force.", "Nothing."},
  {happening::config_needs_restart, "config_needs_restart", warn_, calm, 20, minute,
   "SIGHUP: these keys changed but take effect only after a restart.", "Restart when it suits."},
  {happening::config_refused, "config_refused", error_, call, 20, minute,
   "SIGHUP: the new configuration is wrong; the old one stays in force.",
   "Correct what the lines name and send SIGHUP again; `headgate check` tells beforehand."},
  {happening::drain_started, "drain_started", info_, calm, 10, minute,
   "SIGTERM or SIGINT: no new connections; what is in flight is finished.", "Nothing."},
  {happening::drain_finished, "drain_finished", info_, calm, 10, minute,
   "Everything admitted is settled; the process exits 0.", "Nothing."},
  {happening::drain_incomplete, "drain_incomplete", error_, call, 10, minute,
   "limits.drain_time_max ended with records unsettled (exit 4; the line says how many). They were answered "
   "possibly_persisted or not_persisted.",
   "Kafka was away or slow during the stop. Raise limits.drain_time_max (and the supervisor's stop time-out above "
   "it)."},
  {happening::internal_error, "internal_error", error_, call, 5, ten_s,
   "Something that must not happen did; the line says what.", "Please report it with the line."},
  {happening::log_overrun, "log_overrun", warn_, calm, 3, minute,
   "The log's queue was full and its oldest lines were dropped: stderr is read too slowly. No event is affected.",
   "Look at what reads stderr (journald rate limits, a full pipe)."},
}};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < happenings; ++i)
    if (catalogue[i].which != static_cast<happening>(i) || catalogue[i].name.empty()) return false;
  return true;
}
static_assert(in_order(), "rows stand in the order of the enum");

struct counted {
  explicit constexpr counted(const happening_info& row) noexcept : limit(row.lines_max, row.per_ms) {}
  rate_limit limit;
  std::atomic<std::uint64_t> total{0};
};

template <std::size_t... I>
constexpr std::array<counted, sizeof...(I)> make_counts(std::index_sequence<I...>) {
  return {counted(catalogue[I])...};
}

// Constant-initialised: happened() works before main() and after it.
constinit std::array<counted, happenings> counts = make_counts(std::make_index_sequence<happenings>());
constinit std::atomic<std::uint64_t> overrun_reported{0};

}  // namespace

std::span<const happening_info> happening_catalogue() noexcept { return catalogue; }

const happening_info& info(happening which) noexcept {
  const auto i = static_cast<std::size_t>(which);
  assert(i < happenings);
  return catalogue[i];
}

void happened(happening which, std::string_view message, fields list) noexcept {
  const happening_info& row = info(which);
  counted& c = counts[static_cast<std::size_t>(which)];
  c.total.fetch_add(1, std::memory_order_relaxed);
  try {
    rate_limited(c.limit, row.level, row.name, message, list);
  } catch (...) {
    count_dropped_line();  // no memory for it
  }
}

std::uint64_t happened_total(happening which) noexcept {
  return counts[static_cast<std::size_t>(info(which).which)].total.load(std::memory_order_relaxed);
}

void report_log_overrun() noexcept {
  const std::uint64_t dropped = log_lines_dropped();
  const std::uint64_t before = overrun_reported.exchange(dropped, std::memory_order_relaxed);
  if (dropped > before) happened(happening::log_overrun, "log lines were dropped", {{"lines", dropped - before}});
}

}  // namespace metrics
