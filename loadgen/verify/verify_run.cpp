#include "loadgen/verify/verify_run.h"

#include <algorithm>
#include <chrono>

#include "loadgen/answers/fates.h"
#include "loadgen/events/mark.h"
#include "loadgen/kafka/reader.h"
#include "loadgen/kafka/records.h"
#include "loadgen/units/quantity.h"

namespace loadgen::verify {

namespace {

void start_where_the_run_did(std::vector<kafka::partition_span>& spans, const run_record& run) {
  for (kafka::partition_span& span : spans) {
    for (const kafka::partition_span& before : run.before) {
      if (before.partition == span.partition) span.first = std::max(span.first, before.end);
    }
  }
}

/// A lost event has no offset. Its place is near the last event before it, from the same connection, that is there.
void locate_lost(kafka::reader& reader, const std::vector<kafka::partition_span>& spans, const run_record& run,
                 report& report) {
  std::vector<std::int64_t> nearest(report.examples.size(), -1);
  std::size_t hint = 0;
  const auto look = [&](const kafka::record_view& record) {
    const auto found = events::find_mark(record.value, run.run, hint);
    if (!found) return;
    hint = found->at;
    const std::int64_t number = found->value.number;
    for (std::size_t i = 0; i < nearest.size(); ++i) {
      finding& lost = report.examples[i];
      if (lost.kind != finding_kind::lost || lost.stream != found->value.stream) continue;
      if (number >= lost.number || number <= nearest[i]) continue;
      nearest[i] = number;
      lost.partition = record.partition;
      lost.offset = record.offset;
    }
  };
  reader.read(spans, look, {});
  for (finding& each : report.examples) {
    if (each.kind != finding_kind::lost || each.partition < 0) continue;
    each.detail += "; the event that its connection sent before it is at this place";
  }
}

}  // namespace

report verify_run(const run_record& run, const options& options) {
  const auto began = std::chrono::steady_clock::now();
  const std::string topic = options.topic.empty() ? run.topic : options.topic;
  kafka::reader reader(options.kafka, topic, options.kafka_properties, options.patience);
  const bool may_still_arrive = run.events_with(answers::fate::unknown) > 0;
  auto spans = may_still_arrive ? reader.settled_spans(options.settle) : reader.spans();
  if (topic == run.topic && !options.from_beginning) start_where_the_run_did(spans, run);
  verifier check(run, options.expect_all);
  reader.read(
      spans, [&](const kafka::record_view& record) { check.add(record); }, options.progress);
  report report = check.finish();
  if (report.count(finding_kind::lost) > 0) locate_lost(reader, spans, run, report);
  report.topic = topic;
  report.seconds = units::seconds_of(std::chrono::steady_clock::now() - began);
  return report;
}

}  // namespace loadgen::verify
