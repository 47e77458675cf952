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
  void run() const {
    if (!of->is_there) return add(true, "it does not exist in Kafka; create it first");
    if (std::ranges::any_of(of->options, [](const auto& o) { return o.first.starts_with("redpanda."); }))
      return add(true,
                 "this is Redpanda, which does not refuse a former owner's writes; event stores need Apache Kafka");
    if (of->options.empty())
      return add(false, "its settings cannot be read (the right DescribeConfigs is missing), so they were not checked");
    retention();
    replication();
    sizes();
  }
};

void check_expiration(const kafka_options& options, const char* name, const topic_needs& needs, findings& to) {
  const auto expires = number_of(options, name);
  if (!expires || *expires >= needs.keep_every.count() * keeps_per_expiration) return;
  to.push_back({true, "Kafka forgets owners after " + std::string(name) + "=" + std::to_string(*expires) +
                          ", and they prove themselves every " + std::to_string(needs.keep_every.count()) +
                          " ms; set it to " + std::to_string(needs.keep_every.count() * keeps_per_expiration) +
                          " or more"});
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

findings check_topics(const batching::cluster_facts& facts, const topic_needs& needs) {
  findings all;
  for (const batching::topic_facts& t : facts.topics) topic_check{&t, &needs, &all}.run();
  check_broker(facts, needs, all);
  return all;
}

}  // namespace store
