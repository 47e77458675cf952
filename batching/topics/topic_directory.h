// The topics that exist and their partition counts, as Kafka's metadata says. Notices growth, loss and return, logs
// each of them, and keeps keys where they are under `order: strict`. Keeper thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batching/topic_table.h"

namespace batching::topics {

/// Over how many partitions a topic's keys are mapped. From the configuration.
struct partition_policy {
  bool strict = false;
  std::int32_t partitions = 0;  // strict: the count; 0 = the one first seen
};

struct directory_settings {
  std::function<partition_policy(std::string_view topic)> policy;
  std::chrono::milliseconds refresh{5000};
};

/// The part of a metadata answer about one topic.
struct topic_seen {
  std::string name;
  std::int32_t partitions = 0;
};

/// Kafka's word on a topic's settings.
struct topic_settings_seen {
  std::string name;
  bool is_compacted = false;
};

class topic_directory {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  /// So long what Kafka said of a topic's settings is believed.
  static constexpr std::chrono::minutes settings_age_max{5};

  static constexpr std::uint32_t topics_max = 65'536;
  /// A topic is believed gone when this many answers in a row miss it: one incomplete answer after a broker's restart
  /// must not turn its clients away.
  static constexpr int misses_max = 2;

  explicit topic_directory(directory_settings settings) : settings_(std::move(settings)) {}

  /// The new table if anything changed, else nullptr.
  [[nodiscard]] std::shared_ptr<const topic_table> update(const std::vector<topic_seen>& seen);
  /// Topics whose settings should be asked for: those never asked for first, `most` at most.
  [[nodiscard]] std::vector<std::string> wanting_settings(time_point now, std::size_t most) const;
  /// The answer to a question about `asked`. A topic not in `said` (Kafka did not answer, or we may not know) stays as
  /// it was, and is asked for again later. The new table if anything changed, else nullptr.
  [[nodiscard]] std::shared_ptr<const topic_table> take_settings(const std::vector<std::string>& asked,
                                                                 const std::vector<topic_settings_seen>& said,
                                                                 time_point now);
  /// The topic's id; -1: never heard of.
  [[nodiscard]] std::int64_t id_of(const std::string& name) const noexcept;
  /// each(id, is there now), for all that were ever seen.
  template <typename Each>
  void for_each_topic(Each each) const {
    for (const auto& [name, k] : topics_) each(k.shared->id(), k.present);
  }
  [[nodiscard]] std::chrono::milliseconds refresh() const noexcept { return settings_.refresh; }

 private:
  struct known {
    std::shared_ptr<topic> shared;  // co-owned by the tables and by batches on their way
    std::int32_t partitions = 0;
    std::int32_t partitions_keyed = 0;
    int misses = 0;
    bool present = false;
    bool is_compacted = false;
    std::optional<time_point> settings_asked_at = {};
  };
  [[nodiscard]] std::shared_ptr<const topic_table> make_table() const;
  bool take(const topic_seen& seen);
  bool miss_others(const std::vector<topic_seen>& seen);
  void map_keys(known& k, bool is_new);
  static void tell_change(const known& k, std::int32_t before);

  directory_settings settings_;
  std::unordered_map<std::string, known> topics_;
  bool answered_ = false;
};

}  // namespace batching::topics
