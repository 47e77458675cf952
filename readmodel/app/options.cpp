#include "readmodel/app/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <utility>

namespace readmodel::app {

namespace {

void add_kafka(CLI::App& to, options& o) {
  to.add_option("--kafka", o.kafka, "Kafka's addresses, HOST:PORT,..")->capture_default_str();
  to.add_option("--kafka-property", o.kafka_properties, "a property of librdkafka, NAME=VALUE; may be repeated");
  to.add_option("--topic", o.topic, "the topic to fold");
  to.add_option("--group", o.group,
                "the consumer group; the generation's number is appended (default headgate-readmodel.PROJECTION)");
  to.add_flag("--store-topic", o.is_store_topic, "the topic is a store topic: trust header aggregate-version");
  to.add_option("--dead-letters", o.dead_letters, "the topic for events that cannot be folded; it must exist");
}

void add_cassandra(CLI::App& to, options& o) {
  to.add_option("--cassandra", o.cassandra, "contact points, HOST:PORT,..")->delimiter(',')->capture_default_str();
  to.add_option("--user", o.user, "Cassandra's user");
  to.add_option("--password-file", o.password_file, "the first line of this file is the user's password");
  to.add_flag("--tls", o.is_tls, "encrypt the connections to Cassandra");
  to.add_option("--tls-ca", o.tls_ca,
                "PEM file of the authorities that Cassandra's certificate must lead to (default the system's)");
  to.add_option("--tls-certificate", o.tls_certificate, "PEM file of our certificate, where Cassandra wants one");
  to.add_option("--tls-key", o.tls_key, "PEM file of its key (default in the certificate's file)");
  to.add_option("--keyspace", o.keyspace, "made where it is not there")->capture_default_str();
  to.add_option("--replication", o.replication, "of a keyspace that is made")->capture_default_str();
  to.add_option("--consistency", o.consistency, "of reads and writes")
      ->check(CLI::IsMember({"one", "quorum", "local_quorum", "local_one", "all"}))
      ->capture_default_str();
}

void add_limits(CLI::App& to, options& o) {
  to.add_option("--batch-events-max", o.batch_events_max, "events folded before they are written")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  to.add_option("--in-flight-max", o.in_flight_max, "statements on their way to Cassandra")
      ->check(CLI::Range(std::size_t{1}, std::size_t{8'192}))
      ->capture_default_str();
  to.add_option("--aggregates-cached-max", o.aggregates_cached_max, "states kept in memory, a partition")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->capture_default_str();
  to.add_option("--patience-seconds", o.patience_seconds,
                "without an answer of Cassandra: leave the group, begin again")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{240}))
      ->capture_default_str();
  to.add_option("--drain-seconds-max", o.drain_seconds_max, "for what was read when SIGTERM came")
      ->capture_default_str();
}

void add_shared(CLI::App& to, options& o, const std::vector<const fold::projection*>& projections) {
  std::vector<std::string> names;
  for (const auto* p : projections) names.push_back(p->name);
  to.add_option("--projection", o.projection, "which projection of this program")->check(CLI::IsMember(names));
  to.add_option("--poison", o.poison, "after an event that cannot be folded: fence its aggregate, or skip the event")
      ->check(CLI::IsMember({"fence", "skip"}))
      ->capture_default_str();
  to.add_option("--control", o.control, "for tests: break a promise")
      ->check(CLI::IsMember({"position-first", "fold-twice"}))
      ->group("");
  to.add_flag("--quiet", o.is_quiet, "no progress bar");
}

void add_commands(CLI::App& to, options& o) {
  auto* run = to.add_subcommand("run", "keep the live generation up to date until SIGTERM")->fallthrough();
  run->add_option("--admin", o.admin, "address of /metrics, /status.json and /healthz; none: nothing listens")
      ->capture_default_str();
  run->add_flag("--from-what-is-left", o.takes_cut_log,
                "go on although the log has lost events that the view has not seen; they are counted");
  auto* rebuild =
      to.add_subcommand("rebuild", "fold the whole log into a new generation, compare, switch, drop the old")
          ->fallthrough();
  rebuild->add_flag("--no-switch", o.no_switch, "leave the new generation beside the live one");
  rebuild->add_flag("--only-if-identical", o.only_if_identical, "switch only where old and new agree");
  rebuild->add_flag("--from-what-is-left", o.takes_cut_log, "although the log has lost its first events");
  rebuild->add_option("--keep", o.keep, "older generations kept for a way back")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  auto* verify = to.add_subcommand("verify", "fold the log in memory and compare every state and row")->fallthrough();
  verify->add_option("--generation", o.generation, "default the live one");
  auto* status = to.add_subcommand("status", "generations and positions")->fallthrough();
  auto* change = to.add_subcommand("switch", "make another generation the live one")->fallthrough();
  change->add_option("--generation", o.generation, "the one to make live")->required();
  auto* drop = to.add_subcommand("drop", "drop the tables of a generation that is not live")->fallthrough();
  drop->add_option("--generation", o.generation, "the one to drop")->required();
  for (auto [sub, what] : {std::pair{run, command::run},
                           {rebuild, command::rebuild},
                           {verify, command::verify},
                           {status, command::status},
                           {change, command::switch_to},
                           {drop, command::drop}})
    sub->callback([&o, what = what] { o.what = what; });
}

bool is_complete(options& o, const std::vector<const fold::projection*>& projections) {
  if (o.projection.empty() && projections.size() == 1) o.projection = projections.front()->name;
  if (o.projection.empty()) std::cerr << "--projection is needed: this program has several\n";
  const bool reads_log = o.what == command::run || o.what == command::rebuild || o.what == command::verify;
  if (reads_log && o.topic.empty()) std::cerr << "--topic is needed\n";
  return !o.projection.empty() && !(reads_log && o.topic.empty());
}

}  // namespace

options read_options(int argc, char** argv, std::string_view program,
                     const std::vector<const fold::projection*>& projections) {
  options o;
  CLI::App app("Read models in Cassandra, folded from a Kafka topic", std::string(program));
  app.require_subcommand(1);
  add_kafka(app, o);
  add_cassandra(app, o);
  add_limits(app, o);
  add_shared(app, o, projections);
  add_commands(app, o);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    o.exit_code = app.exit(error) == 0 ? 0 : 2;
    o.what = command::none;
    return o;
  }
  if (!is_complete(o, projections)) {
    o.what = command::none;
    o.exit_code = 2;
  }
  return o;
}

std::pair<std::string, std::uint16_t> parse_address(std::string_view text, std::uint16_t default_port) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {std::string(text), default_port};
  const std::string_view number = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), port);
  if (error != std::errc() || end != number.data() + number.size()) port = 0;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {std::string(host), port};
}

}  // namespace readmodel::app
