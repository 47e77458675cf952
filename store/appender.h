// Writes the appends of one partition: checks expected versions, recognises retries by their event ids, gives versions,
// and hands whole record batches to the writer, one at a time. Sans-I/O: knows no socket, clock or thread. Built beside
// its partition's index; used on the partition's lane.
//
//   take ──> waiting ──pump: decide, give versions──> one record batch ──writer──> index ──> settle ──> listeners told
//
// Decisions are made while nothing is under way, so each rests on what Kafka has confirmed, or on an append in the same
// record batch, which is written with it or not at all.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "batching/batch.h"
#include "batching/publisher.h"
#include "metrics/recorder.h"
#include "store/append.h"
#include "store/left_out.h"
#include "store/partition_index.h"
#include "store/versions.h"

namespace store {

struct appender_bounds {
  std::uint32_t append_events_max = 1000;
  std::size_t batch_bytes_max = 512 * 1024;   // a record batch is not filled beyond; a larger append travels alone
  std::size_t message_bytes_max = 1'000'000;  // the topic's max.message.bytes; an append beyond it is too large
};

class appender {
 public:
  static constexpr std::size_t recounts_max = 65'536;       // of one record batch, and of strangers' beside it
  static constexpr std::size_t strangers_between_max = 32;  // a retry finds its events behind so many without ids

  using counts = std::array<metrics::tally, append_fates>;

  /// `home` takes the batches that were written back, and gives them to settle() on this lane.
  appender(std::shared_ptr<batching::topic> of, std::int32_t partition, partition_index& index,
           batching::publisher& writer, batching::batch_home& home, const appender_bounds& bounds);
  appender(const appender&) = delete;
  appender& operator=(const appender&) = delete;

  /// The partition is ours, its log is folded into the index.
  void own();
  /// It is not, or no longer. Waiting appends are answered no_owner; those under way still come to settle().
  void lose();
  [[nodiscard]] bool is_owner() const noexcept { return owned_; }
  /// Not empty: the index could not be read, and the partition must be folded again.
  [[nodiscard]] const std::string& index_error() const noexcept { return index_error_; }

  /// Its bytes and events must stay until its listener is told. The caller bounds how many wait (the in-flight budget).
  void take(const append& what);
  /// Decides on what waits and sends the next record batch; once a cycle of the lane, after take() and settle().
  void pump(batching::clock::time_point now, std::int64_t wall_ms);
  [[nodiscard]] bool wants_pump() const noexcept { return !waiting_.empty() && under_way_.empty(); }
  /// The conflicts that pump() has found: to be told once Kafka says that the partition is still ours. An owner that
  /// was overtaken and does not know it yet has old versions.
  struct conflict {
    append what;
    append_answer found;
  };
  [[nodiscard]] std::vector<conflict> take_conflicts() noexcept { return std::exchange(conflicts_, {}); }
  void tell_conflict(const conflict& of, bool is_still_ours) noexcept;
  /// The log has a record at this offset that counts as another version than its header says: a stranger's came first.
  void recount(std::int64_t offset, std::uint64_t version);
  /// Takes the outcome of the record batch. If it is persisted, its events are in the index already.
  void settle(const batching::settled_range& all);

  void set_message_bytes_max(std::size_t bytes) noexcept { bounds_.message_bytes_max = bytes; }
  void set_batch_bytes_max(std::size_t bytes) noexcept { bounds_.batch_bytes_max = bytes; }
  /// By append_fate, over its life. Any thread.
  [[nodiscard]] const counts& counted() const noexcept { return counts_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size() + under_way_.size(); }
  [[nodiscard]] std::size_t undecided() const noexcept { return waiting_.size(); }

 private:
  struct placed {
    append what;
    std::uint64_t first_version = 0;
    std::uint32_t first_record = 0;
  };
  enum class step : std::uint8_t { done, put_off, batch_full };

  step decide(const append& what, batching::clock::time_point now, std::int64_t wall_ms);
  step place(const append& what, versions::state& of, std::size_t bytes, batching::clock::time_point now,
             std::int64_t wall_ms);
  [[nodiscard]] bool is_too_large(const append& what, std::size_t bytes);
  [[nodiscard]] bool is_duplicate(const append& what, const aggregate_head& head, append_answer& found);
  [[nodiscard]] bool matches(const append& what, std::uint64_t first_version, std::size_t skips, append_answer& found);
  [[nodiscard]] std::uint64_t recent_match(const append& what, const aggregate_head& head) const noexcept;
  void add_record(const append& what, const event& e, std::uint64_t version);
  void tell(const append& what, const append_answer& result) noexcept;
  void tell(const append& what, append_fate fate, batching::reason why = batching::reason::none) noexcept;
  void on_persisted(std::int64_t offset);
  void on_refused(batching::reason why);
  void tell_under_way(append_fate fate, batching::reason why = batching::reason::none);

  std::shared_ptr<batching::topic> topic_;  // co-owned by the topic table
  std::int32_t partition_;
  partition_index* index_;
  batching::publisher* writer_;
  batching::batch_home* home_;
  appender_bounds bounds_;
  versions versions_;
  const bool checks_versions_ = !leaves_out(safeguard::expected_versions);
  const bool compares_ids_ = !leaves_out(safeguard::event_ids);
  bool owned_ = false;
  std::string index_error_;
  std::deque<append> waiting_;
  std::vector<placed> under_way_;
  std::size_t under_way_bytes_ = 0;
  std::unordered_map<std::int64_t, std::uint64_t> recounted_;  // versions by offset, while one is under way
  std::unique_ptr<batching::batch> open_;
  std::deque<append> put_off_;                          // in this pump: wait for the record batch being made
  std::unordered_set<std::string_view> put_off_names_;  // their aggregates
  std::size_t alone_ = 0;  // so many at the front of waiting_ go one by one: their record batch was refused
  std::vector<conflict> conflicts_;
  std::unordered_set<std::string> failed_;  // aggregates of those that were refused alone
  counts counts_;
};

}  // namespace store
