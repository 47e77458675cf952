// An index in memory, for tests of who uses one. Can be told to fail.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/partition_index.h"

namespace store::testing {

struct kept_event {
  std::int64_t offset = -1;
  std::int64_t timestamp_ms = 0;
  std::string id;
  std::string value;
};

class fake_index final : public partition_index {
 public:
  [[nodiscard]] result<aggregate_head> head_of(std::string_view aggregate) const override {
    ++heads_asked;
    if (!broken.empty()) return broken;
    const auto found = heads.find(std::string(aggregate));
    return found == heads.end() ? aggregate_head{} : found->second;
  }

  [[nodiscard]] result<void> read(std::string_view aggregate, std::uint64_t first, direction towards,
                                  const visitor& each) const override {
    if (!broken.empty()) return broken;
    const auto found = events.find(std::string(aggregate));
    if (found == events.end()) return {};
    const auto& list = found->second;
    for (std::uint64_t v = std::min<std::uint64_t>(first, towards == direction::forward ? first : list.size());
         v >= 1 && v <= list.size(); towards == direction::forward ? ++v : --v) {
      const kept_event& e = list[v - 1];
      if (!each({v, e.offset, e.timestamp_ms, e.id, e.value})) break;
    }
    return {};
  }

  [[nodiscard]] result<void> write(std::span<const indexed_event> list, const log_position& applied) override {
    if (!broken.empty()) return broken;
    for (const indexed_event& e : list) {
      auto& of = events[std::string(e.aggregate)];
      of.resize(e.what.version);
      of.back() = {e.what.offset, e.what.timestamp_ms, std::string(e.what.id), std::string(e.what.value)};
      if (e.head != nullptr) heads[std::string(e.aggregate)] = *e.head;
    }
    ++writes;
    at = applied;
    return {};
  }

  [[nodiscard]] std::int64_t applied_offset() const override { return at.next_offset; }
  [[nodiscard]] log_position applied() const override { return at; }
  [[nodiscard]] result<void> clear() override {
    events.clear();
    heads.clear();
    at = {};
    return {};
  }

  /// Events as if they had been folded, one an id.
  void put(const std::string& aggregate, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      events[aggregate].push_back({at.next_offset++, 0, id, "{}"});
      heads[aggregate].add(id);
    }
  }

  std::map<std::string, std::vector<kept_event>> events;
  std::map<std::string, aggregate_head> heads;
  log_position at;
  std::string broken;
  int writes = 0;
  mutable int heads_asked = 0;
};

}  // namespace store::testing
