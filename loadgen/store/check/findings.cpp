#include "loadgen/store/check/findings.h"

#include <utility>

namespace loadgen::store::check {

namespace {

struct row {
  std::string_view name;
  std::string_view meaning;
};

// In the order of the enum.
constexpr std::array<row, finding_kinds> rows{{
    {"lost", "appends that were acked are not in Kafka"},
    {"torn", "appends are not whole, or their events are apart"},
    {"misplaced", "appends are elsewhere than their answer says"},
    {"version_twice", "versions were given twice"},
    {"version_missing", "versions were left out"},
    {"unversioned", "events have no version"},
    {"expected_ignored", "appends were written at another version than they expected"},
    {"repeated", "events are there twice"},
    {"denied", "appends were answered as not written and are there"},
    {"altered", "events have other bytes than were sent"},
    {"invented", "events of this run were never sent"},
    {"split", "aggregates are in two partitions"},
    {"wrong_duplicate", "repeats were answered with another place than the events have"},
    {"repeat_refused", "repeats of acked appends were not recognised"},
    {"wrong_conflict", "conflicts name a version that was not the aggregate's"},
    {"stale_conflict", "conflicts name a version that was over before the request began"},
    {"stale_read", "reads are older than they promise"},
    {"early_read", "reads have events that nobody had sent yet"},
    {"wrong_read", "reads are not what Kafka has"},
    {"out_of_time", "appends stand before others that were acked before they were sent"},
}};

}  // namespace

std::string_view name_of(finding_kind kind) { return rows[static_cast<std::size_t>(kind)].name; }
std::string_view meaning_of(finding_kind kind) { return rows[static_cast<std::size_t>(kind)].meaning; }

void findings::add(finding what) {
  ++total_;
  if (++counts_[static_cast<std::size_t>(what.kind)] <= examples_max) examples_.push_back(std::move(what));
}

}  // namespace loadgen::store::check
