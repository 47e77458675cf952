#include "batching/topics/topic_directory.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "metrics/events.h"

namespace batching::topics {

using metrics::happened;
using metrics::happening;

namespace {

// The brokers write these themselves and refuse everybody else's records; in metadata they look like any other.
bool is_kafkas_own(std::string_view topic) noexcept {
  return topic == "__consumer_offsets" || topic == "__transaction_state" || topic == "__share_group_state";
}

}  // namespace

std::shared_ptr<const topic_table> topic_directory::update(const std::vector<topic_seen>& seen) {
  bool changed = !std::exchange(answered_, true);  // the first answer is news, even without a topic in it
  for (const topic_seen& t : seen) changed |= take(t);
  changed |= miss_others(seen);
  return changed ? make_table() : nullptr;
}

std::shared_ptr<const topic_table> topic_directory::make_table() const {
  topic_table::map table;
  for (const auto& [name, k] : topics_)
    if (k.present) table.emplace(name, topic_entry{k.shared, k.partitions, k.partitions_keyed, 0, k.is_compacted});
  return std::make_shared<const topic_table>(std::move(table));
}

std::vector<std::string> topic_directory::wanting_settings(time_point now, std::size_t most) const {
  std::vector<std::string> fresh, old;
  for (const auto& [name, k] : topics_) {
    if (!k.present) continue;
    if (!k.settings_asked_at)
      fresh.push_back(name);
    else if (now - *k.settings_asked_at >= settings_age_max)
      old.push_back(name);
  }
  fresh.insert(fresh.end(), old.begin(), old.end());
  fresh.resize(std::min(fresh.size(), most));
  return fresh;
}

std::shared_ptr<const topic_table> topic_directory::take_settings(const std::vector<std::string>& asked,
                                                                  const std::vector<topic_settings_seen>& said,
                                                                  time_point now) {
  bool changed = false;
  for (const std::string& name : asked)
    if (const auto at = topics_.find(name); at != topics_.end()) at->second.settings_asked_at = now;
  for (const topic_settings_seen& s : said) {
    const auto at = topics_.find(s.name);
    if (at == topics_.end() || at->second.is_compacted == s.is_compacted) continue;
    at->second.is_compacted = s.is_compacted;
    changed = true;
  }
  return changed ? make_table() : nullptr;
}

std::int64_t topic_directory::id_of(const std::string& name) const noexcept {
  const auto at = topics_.find(name);
  return at == topics_.end() ? -1 : std::int64_t{at->second.shared->id()};
}

bool topic_directory::take(const topic_seen& seen) {
  if (seen.partitions <= 0 || is_kafkas_own(seen.name)) return false;
  auto at = topics_.find(seen.name);
  if (at == topics_.end()) {
    if (topics_.size() >= topics_max) return false;
    const auto id = static_cast<std::uint32_t>(topics_.size());
    at = topics_.emplace(seen.name, known{std::make_shared<topic>(seen.name, id)}).first;
  }
  known& k = at->second;
  k.misses = 0;
  const std::int32_t partitions = std::min(seen.partitions, partition_counters::partitions_max);
  if (k.present && k.partitions == partitions) return false;
  const bool is_new = k.partitions == 0;
  if (!k.present) k.settings_asked_at.reset();  // it may have been made anew
  if (!is_new && !k.present)
    happened(happening::topic_back, "a topic that had gone is there again", {{"topic", seen.name}});
  k.present = true;
  k.shared->grow(partitions);
  const std::int32_t before = std::exchange(k.partitions, partitions);
  map_keys(k, is_new);
  if (!is_new && before != partitions) tell_change(k, before);
  return true;
}

void topic_directory::tell_change(const known& k, std::int32_t before) {
  const bool shrank = k.partitions < before;
  const std::string_view meaning =
      shrank ? "the topic has fewer partitions: it was made anew, and keys map to other partitions"
      : k.partitions_keyed == k.partitions
          ? "the topic has more partitions: keys map to others from now on, so events of one aggregate may stand in two"
          : "the topic has more partitions: keys stay on the old count (order: strict) until `partitions` is "
            "configured";
  happened(shrank ? happening::topic_shrank : happening::topic_grew, meaning,
           {{"topic", k.shared->name()},
            {"partitions_before", before},
            {"partitions", k.partitions},
            {"partitions_keyed", k.partitions_keyed}});
}

// A smaller count than the keyed one (the topic was made anew) leaves no choice: keys cannot stay where nothing is.
void topic_directory::map_keys(known& k, bool is_new) {
  const partition_policy policy = settings_.policy ? settings_.policy(k.shared->name()) : partition_policy{};
  std::int32_t keyed = k.partitions;
  if (policy.strict && policy.partitions > 0)
    keyed = policy.partitions;
  else if (policy.strict && !is_new)
    keyed = k.partitions_keyed;
  k.partitions_keyed = std::min(keyed, k.partitions);
}

bool topic_directory::miss_others(const std::vector<topic_seen>& seen) {
  std::unordered_set<std::string_view> names;
  for (const topic_seen& t : seen) names.insert(t.name);
  bool changed = false;
  for (auto& [name, k] : topics_) {
    if (!k.present || names.contains(name) || ++k.misses < misses_max) continue;
    k.present = false;
    changed = true;
    happened(happening::topic_gone, "the topic is gone from Kafka; events for it are refused", {{"topic", name}});
  }
  return changed;
}

}  // namespace batching::topics
