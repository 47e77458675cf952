// The leader of each partition: the part of Kafka's metadata that publishers and listings need. An immutable snapshot,
// made by the metadata watcher after each answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace batching {

struct broker_address {
  std::int32_t id = -1;
  std::string host;
  std::uint16_t port = 0;
};

struct cluster {
  struct topic_leaders {
    bool is_known = false;              // Kafka has the topic, and says who leads it
    bool is_gone = false;               // Kafka had it, and has it no more
    std::vector<std::int32_t> leaders;  // by partition; broker ids, -1: nobody at the moment
  };
  std::string id;  // as Kafka names itself; empty: not known yet
  std::vector<broker_address> brokers;
  std::vector<topic_leaders> topics;  // by topic id

  [[nodiscard]] const topic_leaders* of(std::uint32_t topic_id) const noexcept {
    return topic_id < topics.size() ? &topics[topic_id] : nullptr;
  }
  /// -1: nobody knows.
  [[nodiscard]] std::int32_t leader_of(std::uint32_t topic_id, std::int32_t partition) const noexcept {
    const topic_leaders* t = of(topic_id);
    const auto p = static_cast<std::size_t>(partition);
    return t != nullptr && p < t->leaders.size() ? t->leaders[p] : -1;
  }
  /// Kafka has no such partition any more: the topic is gone, or was made anew with fewer.
  [[nodiscard]] bool is_gone(std::uint32_t topic_id, std::int32_t partition) const noexcept {
    const topic_leaders* t = of(topic_id);
    return t != nullptr && (t->is_gone || (t->is_known && static_cast<std::size_t>(partition) >= t->leaders.size()));
  }
  [[nodiscard]] const broker_address* find(std::int32_t broker) const noexcept {
    for (const broker_address& b : brokers)
      if (b.id == broker) return &b;
    return nullptr;
  }
};

}  // namespace batching
