#pragma once

// An event store's faults, by kind, with the first examples of each. Values; filled by stored_log and checker, read by
// reports.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::store::check {

enum class finding_kind : std::uint8_t {
  lost,              // acked, and not in Kafka
  torn,              // a part of an append, or its events apart from each other
  misplaced,         // written elsewhere than the answer says
  version_twice,     // a version that the aggregate has already
  version_missing,   // a version was left out
  unversioned,       // no version header, or no number
  expected_ignored,  // written at another version than the expected one
  repeated,          // the same event twice
  denied,            // answered as not written, and it is there
  altered,           // other bytes, or another id, than were sent
  invented,          // an event of this run that was never sent
  split,             // an aggregate in two partitions
  wrong_duplicate,   // the answer to a repeat names another place than the events have
  repeat_refused,    // an append that was acked, sent again, is not recognised
  wrong_conflict,    // a version that the aggregate never had, had not yet, or that was the expected one
  stale_conflict,    // a version that was over before the request began
  stale_read,        // older than its token, at_least or fresh promises
  early_read,        // events that nobody had sent when the answer came
  wrong_read,        // not the events that Kafka has, or the answer contradicts itself
  out_of_time,       // seen before it was sent: later than what was sent after it
};
constexpr std::size_t finding_kinds = 20;

std::string_view name_of(finding_kind kind);
std::string_view meaning_of(finding_kind kind);

struct finding {
  finding_kind kind;
  std::string subject;  // the aggregate, or the event
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  std::string detail;
};

class findings {
 public:
  static constexpr std::size_t examples_max = 5;  // of each kind

  void add(finding what);

  std::uint64_t count(finding_kind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  const std::vector<finding>& examples() const { return examples_; }
  bool none() const { return total_ == 0; }

 private:
  std::array<std::uint64_t, finding_kinds> counts_{};
  std::vector<finding> examples_;
  std::uint64_t total_ = 0;
};

}  // namespace loadgen::store::check
