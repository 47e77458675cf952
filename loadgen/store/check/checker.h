#pragma once

// Judges a store run from the answers its clients got and from what Kafka has. A second reading: knows
// docs/event-store.md and nothing of the gateway. Pure. Used by run.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "loadgen/store/check/findings.h"
#include "loadgen/store/check/stored_log.h"
#include "loadgen/store/check/timeline.h"
#include "loadgen/store/history/operations.h"

namespace loadgen::store::check {

struct report {
  findings found;
  std::uint64_t records = 0;          // of this run
  std::uint64_t foreign = 0;          // records of others
  std::uint64_t acked_present = 0;    // appends
  std::uint64_t unknown_present = 0;  // not answered for, and there
  std::uint64_t unknown_absent = 0;   // and not there
  std::uint64_t conflicts = 0;        // judged, as the three below
  std::uint64_t repeats = 0;          // attempts at appends that were acked before
  std::uint64_t reads = 0;
  std::uint64_t repeated_late = 0;  // with `any`, beyond what a repeat is recognised among: no finding
  std::uint64_t longest_chain = 0;

  bool sound() const { return found.none(); }
};

class checker {
 public:
  explicit checker(const history::recorded& run);

  /// Every record of the topic since the run began, in the order of each partition.
  void add(const stored_record& record) { log_.add(record); }
  report finish();

 private:
  struct appended {  // an append and all that is known of it
    const history::append& what;
    std::span<const history::attempt> attempts;
    const place& at;
    std::string name;
  };

  void build_timelines();
  void note_shown(std::size_t client);
  void judge(const appended& each);
  void judge_fate(const appended& each);
  void judge_places(const appended& each);
  void judge_repeats(const appended& each);
  void judge_conflict(const appended& each, const history::attempt& told);
  void judge_order(std::uint32_t aggregate);
  void judge(const history::read& each);
  void judge_content(const history::read& each);
  void add_finding(finding_kind kind, const appended& of, std::string detail);
  void add_finding(finding_kind kind, const history::read& of, std::string detail);

  const history::recorded& run_;
  report report_;
  stored_log log_;
  std::vector<timeline> times_;                      // by aggregate
  std::vector<std::vector<std::uint64_t>> digests_;  // by aggregate: of versions 1 to v
};

}  // namespace loadgen::store::check
