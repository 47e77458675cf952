// An immutable snapshot of the topics that exist and their partition counts. The publisher's metadata watcher makes one
// when something changed; each lane holds the newest and swaps it between two readiness cycles.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "batching/topic.h"

namespace batching {

struct string_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
};

struct topic_entry {
  std::shared_ptr<topic> shared;       // co-owned by every snapshot and by the batches' publisher
  std::int32_t partitions = 0;         // as Kafka says now
  std::int32_t partitions_keyed = 0;   // what a key is mapped over: fewer where `order: strict` pins the mapping
  std::int32_t message_bytes_max = 0;  // the topic's max.message.bytes; 0 = not known
  bool is_compacted = false;           // cleanup.policy says so: a record without a key is refused by Kafka
};

class topic_table {
 public:
  using map = std::unordered_map<std::string, topic_entry, string_hash, std::equal_to<>>;

  topic_table() = default;
  explicit topic_table(map topics) : topics_(std::move(topics)) {}

  /// nullptr: there is no such topic.
  [[nodiscard]] const topic_entry* find(std::string_view name) const {
    const auto it = topics_.find(name);
    return it == topics_.end() ? nullptr : &it->second;
  }
  [[nodiscard]] const map& topics() const noexcept { return topics_; }

 private:
  map topics_;
};

}  // namespace batching
