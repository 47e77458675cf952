// Folds one batch of records in memory: many events of an aggregate become one new state. Pure: who needs an aggregate
// loaded first is said, not done. Used by the projector, the rebuild and the verification.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "readmodel/fold/aggregate_cache.h"
#include "readmodel/fold/event_reader.h"
#include "readmodel/fold/projection.h"

namespace readmodel::fold {

struct poison {
  const record* which = nullptr;
  std::string why;
};

struct fold_counts {
  std::uint64_t folded = 0;
  std::uint64_t repeated = 0;  // at or below the state's offset: already in it
  std::uint64_t ignored = 0;   // of a type without a fold
  std::uint64_t fenced = 0;    // of an aggregate that is fenced
};

struct changed {
  std::string id;
  const aggregate* now = nullptr;  // in the cache, until its next trim()
};

struct folded_batch {
  std::vector<changed> aggregates;  // each once, in the order of their first events
  std::vector<poison> poisons;
  fold_counts counts;
};

class folder {
 public:
  /// `skips_repeats` false: a control for tests, which must notice that events are folded twice.
  explicit folder(const projection& how, bool skips_repeats = true)
      : how_(&how), reader_(how.format), skips_repeats_(skips_repeats) {}

  /// Aggregates that must be in the cache before fold(), each once. One whose first event here is its very first one
  /// (aggregate version 1) needs no reading: the batch holds its whole life.
  [[nodiscard]] static std::vector<std::string> unknown(std::span<const record> batch, aggregate_cache& cache);

  /// Records of one partition in the log's order. Aggregates that are not in the cache begin empty.
  [[nodiscard]] folded_batch fold(std::span<const record> batch, aggregate_cache& cache);

 private:
  struct one_aggregate;
  struct checkpoint;
  void fold_aggregate(std::span<const record> batch, const one_aggregate& which, aggregate_cache& cache,
                      folded_batch& into);
  [[nodiscard]] problem apply(state_base& to, const record& one, fold_counts& counts);
  void on_poison(aggregate& of, const record& which, const std::string& why) const;
  void refold(aggregate& to, const checkpoint& from, std::span<const record> batch, const one_aggregate& which,
              std::size_t before);

  const projection* how_;
  event_reader reader_;
  bool skips_repeats_;
};

}  // namespace readmodel::fold
