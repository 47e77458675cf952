#include "loadgen/store/load/counts.h"

namespace loadgen::store::load {

void counts::add(const counts& other) {
  appends += other.appends;
  written += other.written;
  conflicts += other.conflicts;
  refused += other.refused;
  unknown += other.unknown;
  events += other.events;
  sent_again += other.sent_again;
  repeats += other.repeats;
  reads += other.reads;
  reads_not_answered += other.reads_not_answered;
  connect_failures += other.connect_failures;
  connections_broken += other.connections_broken;
  timeouts += other.timeouts;
  bad_answers += other.bad_answers;
  for (const auto& [status, count] : other.statuses) statuses[status] += count;
  append_latency.merge(other.append_latency);
  read_latency.merge(other.read_latency);
}

}  // namespace loadgen::store::load
