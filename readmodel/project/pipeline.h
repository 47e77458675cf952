// One batch from records to acknowledged writes. The order makes it safe to be killed anywhere:
//
//   load unknown states ─> fold in memory ─> write rows ─> write dead letters ─> write states ─> write positions
//
// each step acknowledged before the next. Records written and not positioned are folded again, and change nothing
// (docs/adr/0018-read-models.md). Used by the projector and the rebuild, on their thread; waits for Cassandra.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "readmodel/cassandra/session.h"
#include "readmodel/fold/folder.h"
#include "readmodel/kafka/consumer.h"
#include "readmodel/kafka/dead_letters.h"
#include "readmodel/project/progress.h"
#include "readmodel/tables/statements.h"

namespace readmodel::project {

/// Breaks a promise on purpose, so that a test can show that it would notice.
struct controls {
  bool position_first = false;
  bool folds_twice = false;
};

struct pipeline_settings {
  std::string topic;
  std::size_t aggregates_cached_max = 100'000;  // of one partition
  controls broken;
};

/// Records by partition, each in the log's order.
using batch = std::map<std::int32_t, std::vector<fold::record>>;

class pipeline {
 public:
  /// `letters` nullptr: events that cannot be folded are counted and told, not kept beside.
  pipeline(pipeline_settings settings, const tables::statements& how, cassandra::session& session,
           kafka::dead_letters* letters, progress& count);

  /// nullopt: everything of it is in Cassandra, positions too. Otherwise the batch may be there in part; the partitions
  /// of it must be read again from their stored positions.
  [[nodiscard]] std::optional<cassandra::failure> process(const batch& records);

  /// Somebody else may change the aggregates of this partition from now on.
  void drop(std::int32_t partition);
  void drop_all() { caches_.clear(); }

 private:
  using steps = std::vector<cql::statement>;

  [[nodiscard]] std::optional<cassandra::failure> load_unknown(const batch& records);
  [[nodiscard]] std::optional<cassandra::failure> write(const steps& all);
  [[nodiscard]] std::optional<cassandra::failure> write_letters(const std::vector<fold::poison>& all);
  void fold_into(const std::vector<fold::record>& records, fold::aggregate_cache& cache, steps& rows, steps& states,
                 std::vector<fold::poison>& poisons);
  void add_rows(const fold::changed& of, steps& rows);
  [[nodiscard]] steps positions(const batch& records) const;
  [[nodiscard]] fold::aggregate_cache& cache_of(std::int32_t partition);

  pipeline_settings settings_;
  const tables::statements* how_;
  cassandra::session* session_;
  kafka::dead_letters* letters_;
  progress* count_;
  fold::folder folder_;
  std::map<std::int32_t, fold::aggregate_cache> caches_;
};

}  // namespace readmodel::project
