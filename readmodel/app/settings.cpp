#include "readmodel/app/settings.h"

#include <fstream>
#include <utility>

#include "batching/stream/tls_context.h"
#include "readmodel/tables/names.h"

namespace readmodel::app {

namespace {

cql::consistency to_consistency(const std::string& name) {
  if (name == "one") return cql::consistency::one;
  if (name == "quorum") return cql::consistency::quorum;
  if (name == "local_one") return cql::consistency::local_one;
  if (name == "all") return cql::consistency::all;
  return cql::consistency::local_quorum;
}

std::string read_session(const options& from, cassandra::session_settings& to) {
  for (const std::string& one : from.cassandra) {
    auto [host, port] = parse_address(one, 9042);
    if (port == 0 || host.empty()) return "--cassandra: '" + one + "' is no address";
    to.contact_points.push_back({std::move(host), port});
  }
  to.conversation.user = from.user;
  to.conversation.in_flight_max = from.in_flight_max;
  to.patience = std::chrono::seconds(from.patience_seconds);
  if (!from.password_file.empty()) {
    std::ifstream file(from.password_file);
    if (!std::getline(file, to.conversation.password))
      return "--password-file: " + from.password_file + " cannot be read";
  }
  if (from.is_tls || !from.tls_ca.empty() || !from.tls_certificate.empty()) {
    batching::stream::tls_settings tls;
    tls.ca = from.tls_ca;
    tls.certificate = from.tls_certificate;
    tls.key = from.tls_key;
    tls.words = {"the node",
                 "give that authority's certificate with --tls-ca",
                 "write a name that its certificate has in --cassandra",
                 "leave --tls out",
                 "give it with --tls-certificate and --tls-key",
                 "Cassandra"};
    auto made = batching::stream::tls_context::make(tls);
    if (!made) return "--tls: " + made.error();
    to.tls = std::move(*made);
  }
  return {};
}

std::string read_properties(const options& from, kafka::properties& to) {
  for (const std::string& one : from.kafka_properties) {
    const std::size_t at = one.find('=');
    if (at == one.npos || at == 0) return "--kafka-property takes NAME=VALUE";
    to[one.substr(0, at)] = one.substr(at + 1);
  }
  return {};
}

}  // namespace

boost::system::result<settings, std::string> make_settings(const options& from) {
  settings s;
  if (auto wrong = read_session(from, s.session); !wrong.empty()) return wrong;
  project::projector_settings& p = s.projector;
  if (auto wrong = read_properties(from, p.kafka.extra); !wrong.empty()) return wrong;
  if (!tables::is_name(from.keyspace))
    return "--keyspace takes a-z, 0-9 and _, at most 40, not '" + from.keyspace + "'";
  p.kafka.bootstrap = from.kafka;
  p.kafka.topic = from.topic;
  p.kafka.group = from.group.empty() ? "headgate-readmodel." + from.projection : from.group;
  p.kafka.reads_versions = from.is_store_topic;
  p.keyspace = from.keyspace;
  p.replication = from.replication;
  p.level = to_consistency(from.consistency);
  p.dead_letter_topic = from.dead_letters;
  p.batch.events_max = from.batch_events_max;
  p.aggregates_cached_max = from.aggregates_cached_max;
  p.accepts_loss = from.takes_cut_log;
  p.broken.position_first = from.control == "position-first";
  p.broken.folds_twice = from.control == "fold-twice";
  return s;
}

}  // namespace readmodel::app
