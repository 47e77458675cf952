#include "gateway/app/check_brokers.h"

#include <algorithm>
#include <charconv>
#include <future>
#include <set>
#include <thread>
#include <utility>

#include "batching/kafka/client/probe.h"
#include "gateway/app/build_info.h"
#include "gateway/app/kafka_security.h"
#include "gateway/config/kafka_properties.h"
#include "store/ownership/needed_requests.h"

namespace gateway::app {
namespace client = batching::kafka::client;
namespace wire = batching::kafka::wire;
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 8s;          // for one broker; all are asked at once
constexpr auto running_patience = 3s;  // the same, where the process may have to end meanwhile
constexpr auto token_patience = 5s;
constexpr auto token_look_every = 50ms;
constexpr std::size_t brokers_max = 100;  // asked at once; a larger cluster is asked in part

struct address {
  std::string host;
  std::uint16_t port = 0;
  std::string shown;  // for people
  auto operator<=>(const address&) const = default;
};

address address_of(std::string_view written) {
  const std::size_t colon = written.rfind(':');
  address a{std::string(written.substr(0, colon)), 0, std::string(written)};
  std::from_chars(written.data() + colon + 1, written.data() + written.size(), a.port);
  if (a.host.starts_with('[') && a.host.ends_with(']')) a.host = a.host.substr(1, a.host.size() - 2);
  return a;
}

std::vector<address> bootstrap_of(std::string_view list) {
  std::vector<address> all;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    all.push_back(address_of(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return all;
}

std::vector<std::string> topics_of(const config::settings& settings) {
  std::set<std::string> names;
  for (const config::topic_settings& t : settings.topics)
    if (t.pattern.find('*') == std::string::npos) names.insert(t.pattern);
  if (settings.lines) names.insert(settings.lines_topic);
  return {names.begin(), names.end()};
}

class examination {
 public:
  explicit examination(const config::settings& settings);

  std::vector<std::string> run();
  /// Of kafka.bootstrap: who is there and does not come to terms with us.
  std::vector<refusal> refusals();

 private:
  std::vector<client::probe_answer> ask(const std::vector<address>& brokers, std::chrono::milliseconds time_max);
  void examine_advertised(const wire::metadata_answer& told, std::vector<address> asked);
  void examine_topic(const wire::metadata_topic& topic);
  void examine_rights(const client::probe_answer& told);
  [[nodiscard]] bool has_token();
  void wrong(std::string what) { wrong_.push_back(std::move(what)); }

  const config::settings& settings_;
  std::shared_ptr<client::login::token_source> tokens_;  // co-owned by the login
  std::shared_ptr<client::tls_files> tls_;
  client::connection_settings connecting_;
  std::vector<std::string> topics_;
  std::vector<std::string> wrong_;
};

examination::examination(const config::settings& settings)
    : settings_(settings),
      tokens_(kafka_tokens(settings.kafka)),
      tls_(kafka_tls(settings.kafka)),
      topics_(topics_of(settings)) {
  connecting_.tls = tls_;
  const auto id = settings.kafka.properties.find("client.id");
  connecting_.opening = {id == settings.kafka.properties.end() ? "headgate" : id->second,
                         std::string(build_info::version),
                         kafka_login(settings.kafka, tokens_),
                         {}};
  if (settings.has_store()) connecting_.opening.needs = store::ownership::needed_requests;
}

bool examination::has_token() {
  if (!tokens_) return true;
  const auto until = std::chrono::steady_clock::now() + token_patience;
  auto token = tokens_->current();
  for (; !token.failure.empty() && std::chrono::steady_clock::now() < until; token = tokens_->current())
    std::this_thread::sleep_for(token_look_every);
  if (!token.failure.empty()) wrong("kafka.login: " + token.failure);
  return token.failure.empty();
}

std::vector<client::probe_answer> examination::ask(const std::vector<address>& brokers,
                                                   std::chrono::milliseconds time_max) {
  std::vector<std::future<client::probe_answer>> asked;
  for (const address& a : brokers)
    asked.push_back(std::async(std::launch::async, [this, a, time_max] {
      return client::probe(connecting_, a.host, a.port, topics_, time_max);
    }));
  std::vector<client::probe_answer> answers;
  for (auto& one : asked) answers.push_back(one.get());
  return answers;
}

std::vector<std::string> examination::run() {
  if (tls_ && !tls_->problem().empty()) wrong("kafka.tls: " + tls_->problem());
  if (!wrong_.empty() || !has_token()) return wrong_;
  const auto bootstrap = bootstrap_of(settings_.kafka.bootstrap);
  const auto answers = ask(bootstrap, patience);
  const client::probe_answer* told = nullptr;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].failure.empty())
      told = &answers[i];
    else
      wrong("Kafka at " + bootstrap[i].shown + " (kafka.bootstrap): " + answers[i].failure);
  }
  if (told == nullptr) return wrong_;
  examine_advertised(told->metadata, bootstrap);
  examine_rights(*told);
  return wrong_;
}

std::vector<refusal> examination::refusals() {
  if (tls_ && !tls_->problem().empty()) return {{settings_.kafka.bootstrap, "kafka.tls: " + tls_->problem()}};
  if (tokens_ && !has_token()) return {{settings_.kafka.bootstrap, wrong_.front()}};
  const auto bootstrap = bootstrap_of(settings_.kafka.bootstrap);
  const auto answers = ask(bootstrap, running_patience);
  std::vector<refusal> all;
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (!answers[i].failure.empty() && !answers[i].is_unreachable)
      all.push_back({bootstrap[i].shown, answers[i].failure});
  return all;
}

void examination::examine_advertised(const wire::metadata_answer& told, std::vector<address> asked) {
  std::vector<address> more;
  for (const wire::metadata_broker& b : told.brokers) {
    address a{b.host, static_cast<std::uint16_t>(b.port), ""};
    const bool is_known =
        std::ranges::any_of(asked, [&](const address& o) { return o.host == a.host && o.port == a.port; });
    a.shown = b.host + ":" + std::to_string(b.port) + ", as broker " + std::to_string(b.id) + " advertises itself";
    if (!is_known && more.size() < brokers_max) more.push_back(std::move(a));
  }
  const auto answers = ask(more, patience);
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (!answers[i].failure.empty())
      wrong("Kafka at " + more[i].shown + ": " + answers[i].failure +
            " (check the broker's advertised.listeners, and the network between)");
}

void examination::examine_topic(const wire::metadata_topic& topic) {
  const std::string named = "topic '" + topic.name + "'";
  const bool is_lines = settings_.lines && topic.name == settings_.lines_topic;
  if (topic.error == wire::error_code::unknown_topic_or_partition)
    return wrong(is_lines ? "listen.lines_topic '" + topic.name + "' does not exist in Kafka: create it first"
                          : named + " does not exist in Kafka: create it, or remove it from `topics`");
  if (topic.error == wire::error_code::topic_authorization_failed)
    return wrong(named + ": this login may not see it: allow it Describe and Write on the topic (an ACL of Kafka)");
  if (!topic.allows(wire::operation_write))
    return wrong(named + ": this login may not write to it: allow it Write on the topic (an ACL of Kafka)");
  const std::int32_t wanted = settings_.of_topic(topic.name).partitions;
  if (wanted > static_cast<std::int32_t>(topic.leaders.size()))
    wrong(named + " has " + std::to_string(topic.leaders.size()) + " partitions, `partitions` says " +
          std::to_string(wanted));
}

void examination::examine_rights(const client::probe_answer& told) {
  const std::size_t before = wrong_.size();
  for (const wire::metadata_topic& topic : told.metadata.topics) examine_topic(topic);
  if (wrong_.size() == before && told.producer == wire::error_code::cluster_authorization_failed)
    wrong(
        "this login may write to no topic: allow it Write on its topics (an ACL of Kafka); before Kafka 2.8 also "
        "IdempotentWrite on the cluster");
}

}  // namespace

bool can_check_brokers(const config::kafka_settings& kafka) {
  return std::ranges::none_of(
             kafka.properties,
             [](const auto& p) {
               const bool is_security = p.first.starts_with("ssl.") || p.first.starts_with("sasl.") ||
                                        p.first.starts_with("security.") || p.first.starts_with("enable.ssl.");
               return is_security && config::class_of(p.first, p.second) == config::property_class::needs_librdkafka;
             }) &&
         !kafka.librdkafka_for.starts_with("sasl.mechanism") && kafka.librdkafka_for != "security.protocol";
}

std::vector<refusal> refusals_of_brokers(const config::settings& settings) { return examination(settings).refusals(); }

std::vector<std::string> check_brokers(const config::settings& settings) { return examination(settings).run(); }

}  // namespace gateway::app
