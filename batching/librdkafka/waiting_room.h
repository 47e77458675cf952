// Records that no producer has, because theirs turned fatal: they wait, in order, for the next one. And the aggregates
// of which a record's fate is unknown: what comes behind those must not be written out of order. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "batching/batch.h"

namespace batching::librdkafka {

struct waiting_range {
  batch* of = nullptr;  // owned by its records' reports (publisher.h)
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

class waiting_room {
 public:
  /// Bounded by the in-flight budget: every record here is paid for.
  void add(waiting_range range);
  void remember_unknown(const batch& b, const settled_range& range);

  struct contents {
    std::vector<waiting_range> ranges;  // in the order of publish(), records in their batch's order
    std::set<std::tuple<std::uint32_t, std::int32_t, std::string>> unknown;  // topic id, partition, key
    [[nodiscard]] bool is_behind_unknown(const batch& b, const record& r) const;
  };
  /// Everything, and forgets it.
  [[nodiscard]] contents take();

 private:
  std::mutex mutex_;
  contents contents_;
};

}  // namespace batching::librdkafka
