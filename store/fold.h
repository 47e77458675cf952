// Brings the index of one partition up to its log: counts each aggregate's events as they come by. Versions in record
// headers are compared with counting, which is what holds. Sans-I/O; used by the reader of the log, on one
// thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "batching/arena.h"
#include "batching/record.h"
#include "batching/topic_table.h"
#include "metrics/recorder.h"
#include "store/log_sink.h"
#include "store/partition_index.h"

namespace store {

struct version_mismatch {
  std::string_view aggregate;
  std::int64_t offset = -1;
  std::uint64_t counted = 0;
  std::string_view said;  // by the header
};

class fold {
 public:
  static constexpr std::size_t pending_bytes_max = 1 << 20;  // of records that are not in the index yet
  static constexpr std::size_t heads_max = 8192;             // kept beside the index

  /// `on_mismatch`: a writer that is not ours. Called once a record.
  fold(partition_index& index, std::function<void(const version_mismatch&)> on_mismatch)
      : index_(&index), on_mismatch_(std::move(on_mismatch)) {}

  /// In the order of offsets; those that are in the index already are passed over. A record without a key is no event.
  /// Bounded: from pending_bytes_max on, it writes by itself.
  [[nodiscard]] partition_index::result<void> add(const log_record& r);
  /// Writes what is pending; everything below `applied` is in the index then.
  [[nodiscard]] partition_index::result<void> flush(const log_position& applied);
  /// The index was changed by somebody else since.
  void forget() noexcept;

  // Any thread.
  [[nodiscard]] std::uint64_t folded() const noexcept { return folded_.value(); }
  [[nodiscard]] std::uint64_t mismatches() const noexcept { return mismatches_.value(); }

 private:
  partition_index::result<aggregate_head*> head_of(std::string_view aggregate);
  void check(const log_record& r, std::uint64_t counted);

  partition_index* index_;
  std::function<void(const version_mismatch&)> on_mismatch_;
  std::unordered_map<std::string, aggregate_head, batching::string_hash, std::equal_to<>> heads_;
  std::vector<indexed_event> pending_;
  batching::arena bytes_;
  std::size_t pending_bytes_ = 0;
  metrics::tally folded_;
  metrics::tally mismatches_;
};

}  // namespace store
