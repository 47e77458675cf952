#pragma once

// Compares the fates of a run's events with the records in Kafka. Pure: records go in, in partition order; a report
// comes out. Memory: three bits an event and eight bytes an aggregate, whatever the topic's size.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "loadgen/answers/fates.h"
#include "loadgen/events/mark.h"
#include "loadgen/kafka/records.h"
#include "loadgen/verify/run_file.h"

namespace loadgen::verify {

enum class finding_kind {
  lost,        // acked, and not there
  duplicated,  // there more than once
  reordered,   // behind a later event of its aggregate
  split,       // in another partition than its aggregate's earlier events
  altered,     // its bytes are not those sent
  wrong_key,   // its key is not its aggregate id
  denied,      // answered as not persisted, and there
  invented,    // carries an id this run never sent
};
constexpr std::size_t finding_kinds = 8;
std::string_view name_of(finding_kind kind);

struct finding {
  finding_kind kind;
  std::string event_id;
  std::string aggregate;
  std::int32_t partition = -1;  // for lost: of the event its connection sent last before it that is there; -1: none
  std::int64_t offset = -1;
  std::string detail;
  std::uint32_t stream = 0;
  std::uint32_t number = 0;  // in the stream
};

struct report {
  std::string run;
  std::string topic;
  std::uint64_t acked = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;
  std::uint64_t records_read = 0;
  std::uint64_t records_of_run = 0;
  std::uint64_t records_foreign = 0;  // of other producers or other runs; ignored
  std::uint64_t acked_present = 0;
  std::uint64_t unknown_present = 0;
  std::uint64_t unknown_absent = 0;
  std::uint64_t duplicated_resent = 0;  // of duplicated: events we sent again ourselves after no answer came
  std::uint64_t late_unanswered = 0;  // behind a later event, but never answered: the client went on without an answer
  std::uint64_t counts[finding_kinds] = {};
  std::vector<finding> examples;  // the first of each kind, at most `examples_max` a kind
  bool expect_all = false;
  double seconds = 0;

  std::uint64_t count(finding_kind kind) const { return counts[static_cast<std::size_t>(kind)]; }
  /// Nothing acked is missing, nothing twice, reordered, altered, or there against its answer.
  bool sound() const;
};

class verifier {
 public:
  static constexpr std::size_t examples_max = 5;

  /// `expect_all`: events without an answer (lines, ack=none) count as acked.
  verifier(const run_record& run, bool expect_all);

  void add(const kafka::record_view& record);
  report finish();

 private:
  struct place {
    std::uint32_t sequence = 0;  // highest seen
    std::int32_t partition = -1;
  };

  void check_copy(const kafka::record_view& record, const events::mark& id);
  void check_order(const kafka::record_view& record, const events::mark& id, bool answered);
  void check_key(const kafka::record_view& record, const events::mark& id);
  void note_altered(const kafka::record_view& record, const events::mark& id, std::string detail);
  bool known(const events::mark& id) const;
  bool was_resent(const events::mark& id) const;
  void find_lost(std::uint32_t stream);
  void note(finding_kind kind, const events::mark& id, std::int32_t partition, std::int64_t offset, std::string detail);
  answers::fate fate_at(std::uint32_t stream, std::uint32_t number) const;

  const run_record& run_;
  const bool expect_all_;
  std::vector<std::vector<bool>> seen_;  // by stream, by number
  std::vector<place> aggregates_;
  std::unordered_map<std::uint64_t, bool> altered_;  // stream and number some altered record claims
  std::size_t mark_hint_ = 12;
  std::string scratch_;
  report report_;
};

}  // namespace loadgen::verify
