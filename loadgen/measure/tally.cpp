#include "loadgen/measure/tally.h"

namespace loadgen::measure {

std::uint64_t counters::with_fate(answers::fate which) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < answers::event_outcomes; ++i) {
    if (answers::fate_of(static_cast<answers::event_outcome>(i)) == which) sum += outcomes[i];
  }
  return sum;
}

std::uint64_t counters::settled() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : outcomes) sum += count;
  return sum;
}

void counters::merge(const counters& other) {
  requests += other.requests;
  events_sent += other.events_sent;
  events_resent += other.events_resent;
  events_unsent += other.events_unsent;
  bytes_sent += other.bytes_sent;
  event_bytes += other.event_bytes;
  busy_answers += other.busy_answers;
  connects += other.connects;
  connect_failures += other.connect_failures;
  connections_broken += other.connections_broken;
  timeouts += other.timeouts;
  bad_answers += other.bad_answers;
  for (std::size_t i = 0; i < answers::event_outcomes; ++i) outcomes[i] += other.outcomes[i];
}

void tally::complain(const std::string& what, std::uint64_t count) {
  if (what.empty()) return;
  const auto known = complaints.find(what);
  if (known != complaints.end()) {
    known->second += count;
  } else if (complaints.size() < complaints_max) {
    complaints.emplace(what, count);
  }
}

void tally::merge(const tally& other) {
  counts.merge(other.counts);
  for (const auto& [status, count] : other.statuses) statuses[status] += count;
  for (const auto& [what, count] : other.complaints) complain(what, count);
  corrected.merge(other.corrected);
  service.merge(other.service);
  lateness.merge(other.lateness);
}

void tally::clear() {
  counts = {};
  statuses.clear();
  complaints.clear();
  corrected.clear();
  service.clear();
  lateness.clear();
}

}  // namespace loadgen::measure
