#include "store/topic_check.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace store {
namespace {

using batching::kafka_options;
using findings = std::vector<topic_finding>;

constexpr int keeps_per_expiration = 4;  // a keep-alive may be late, or fail, and still come in time

std::optional<std::string> text_of(const kafka_options& options, const char* name) {
  const auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  return found->second;
}

std::optional<long long> number_of(const kafka_options& options, const char* name) {
  const auto text = text_of(options, name);
  if (!text) return std::nullopt;
  long long value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::chrono::milliseconds quarter_of(long long expires_ms) {
  return std::chrono::milliseconds(expires_ms / keeps_per_expiration);
}

// A topic's retention takes the marker away that fences former owners; the other two are the brokers'.
std::chrono::milliseconds keep_every(const kafka_options& brokers, const kafka_options& topic, const topic_needs& n) {
  std::chrono::milliseconds shortest = n.keep_every_longest;
  const auto look = [&](const kafka_options& options, const char* name) {
    const auto expires = number_of(options, name);
    if (expires && *expires >= 0) shortest = std::min(shortest, quarter_of(*expires));
  };
  look(brokers, "producer.id.expiration.ms");
  look(brokers, "transactional.id.expiration.ms");
  look(topic, "retention.ms");
  return std::max(shortest, n.keep_every_shortest);
}

// Redpanda calls a cluster so, and has such options for each topic.
bool is_redpanda(const batching::cluster_facts& facts, const batching::topic_facts& topic) {
  return facts.cluster_id.starts_with("redpanda.") ||
         std::ranges::any_of(topic.options, [](const auto& o) { return o.first.starts_with("redpanda."); });
}

struct topic_check {
  const batching::topic_facts* of;
  const topic_needs* needs;
  findings* to;

  void add(bool is_fatal, const std::string& text) const {
    to->push_back({is_fatal, "store topic '" + of->name + "': " + text});
  }
  void retention() const {
    const auto policy = text_of(of->options, "cleanup.policy");
    if (policy && policy->find("compact") != std::string::npos)
      add(true, "cleanup.policy=" + *policy + " throws events of an aggregate away; set cleanup.policy=delete");
    for (const char* name : {"retention.ms", "retention.bytes"})
      if (const auto kept = number_of(of->options, name); kept && *kept >= 0)
        add(false, std::string(name) + "=" + std::to_string(*kept) +
                       " deletes the history of aggregates; set it to -1 where the log is the truth");
    if (const auto kept = number_of(of->options, "retention.ms");
        kept && *kept >= 0 && quarter_of(*kept) < needs->keep_every_shortest)
      add(true, "retention.ms=" + std::to_string(*kept) + " deletes the proof of who owns a partition; set it to -1");
  }
  void replication() const {
    constexpr std::size_t enough = 3;
    if (of->replicas < enough)
      add(false, "it has " + std::to_string(of->replicas) +
                     " replica(s): a broker's death makes it unavailable or costs acknowledged events; use 3");
    const auto in_sync = number_of(of->options, "min.insync.replicas");
    if (in_sync && *in_sync < 2)
      add(false, "min.insync.replicas=" + std::to_string(*in_sync) +
                     " lets one broker acknowledge alone; set it to 2, with 3 replicas");
    if (text_of(of->options, "unclean.leader.election.enable") == "true")
      add(false,
          "unclean.leader.election.enable=true may drop acknowledged events and with them the fence against a former "
          "owner; set it to false");
  }
  void sizes() const {
    const auto most = number_of(of->options, "max.message.bytes");
    if (most && static_cast<std::size_t>(std::max(*most, 0LL)) < needs->append_bytes_max)
      add(false, "max.message.bytes=" + std::to_string(*most) + " is less than an append may have (" +
                     std::to_string(needs->append_bytes_max) + " bytes); larger appends are refused with 413");
  }
  // An append is written with the time of its admission, also when it is repeated for minutes.
  void timestamps() const {
    constexpr long long repeated_for_ms = 600'000;
    if (text_of(of->options, "message.timestamp.type") == "LogAppendTime") return;
    for (const char* name : {"message.timestamp.before.max.ms", "message.timestamp.difference.max.ms"})
      if (const auto allowed = number_of(of->options, name); allowed && *allowed < repeated_for_ms)
        add(false, std::string(name) + "=" + std::to_string(*allowed) +
                       " refuses an append that waited for its leader; set it to " + std::to_string(repeated_for_ms) +
                       " or more, or message.timestamp.type=LogAppendTime");
  }
  void run(const batching::cluster_facts& facts) const {
    if (!of->is_there) return add(true, "it does not exist in Kafka; create it first");
    if (is_redpanda(facts, *of))
      return add(true,
                 "this is Redpanda, which does not refuse a former owner's writes; event stores need Apache Kafka");
    if (of->options.empty())
      return add(false, "its settings cannot be read (the right DescribeConfigs is missing), so they were not checked");
    retention();
    replication();
    sizes();
    timestamps();
  }
};

void check_expiration(const kafka_options& options, const char* name, const topic_needs& needs, findings& to) {
  const auto expires = number_of(options, name);
  if (!expires || quarter_of(*expires) >= needs.keep_every_longest) return;
  const bool is_fatal = quarter_of(*expires) < needs.keep_every_shortest;
  const auto enough = needs.keep_every_longest.count() * keeps_per_expiration;
  const std::string what =
      "Kafka forgets owners of store partitions after " + std::string(name) + "=" + std::to_string(*expires);
  to.push_back({is_fatal, what +
                              (is_fatal ? ", sooner than they can prove themselves"
                                        : ": an owner that is paused for so long may lose its partitions") +
                              "; set it to " + std::to_string(enough) + " or more"});
}

void check_broker(const batching::cluster_facts& facts, const topic_needs& needs, findings& to) {
  const kafka_options& options = facts.broker_options;
  check_expiration(options, "transactional.id.expiration.ms", needs, to);
  check_expiration(options, "producer.id.expiration.ms", needs, to);
  const auto longest = number_of(options, "transaction.max.timeout.ms");
  if (longest && *longest < needs.transaction_timeout.count())
    to.push_back({true, "transaction.max.timeout.ms=" + std::to_string(*longest) +
                            " is less than a take-over asks for; set it to " +
                            std::to_string(needs.transaction_timeout.count()) + " or more"});
  const auto replicas = number_of(options, "transaction.state.log.replication.factor");
  if (replicas && *replicas < 3 && facts.brokers >= 3)
    to.push_back({false, "transaction.state.log.replication.factor=" + std::to_string(*replicas) +
                             ": a broker's death stops take-overs; use 3"});
}

}  // namespace

bool topic_verdict::is_fit() const noexcept { return std::ranges::none_of(findings, &topic_finding::is_fatal); }

std::string topic_verdict::why_unfit() const {
  std::string all;
  for (const topic_finding& f : findings)
    if (f.is_fatal) all.append(all.empty() ? "" : "; ").append(f.text);
  return all;
}

std::vector<topic_verdict> judge_topics(const batching::cluster_facts& facts, const topic_needs& needs) {
  std::vector<topic_verdict> all;
  for (const batching::topic_facts& t : facts.topics) {
    if (!t.is_there) continue;
    topic_verdict& v = all.emplace_back();
    v.topic = t.name;
    topic_check{&t, &needs, &v.findings}.run(facts);
    check_broker(facts, needs, v.findings);
    v.keep_every = keep_every(facts.broker_options, t.options, needs);
    v.message_bytes_max =
        static_cast<std::size_t>(std::max(number_of(t.options, "max.message.bytes").value_or(0), 0LL));
  }
  return all;
}

findings check_topics(const batching::cluster_facts& facts, const topic_needs& needs) {
  findings all;
  for (const batching::topic_facts& t : facts.topics) topic_check{&t, &needs, &all}.run(facts);
  check_broker(facts, needs, all);
  return all;
}

}  // namespace store
