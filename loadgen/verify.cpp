#include "loadgen/verify.h"

#include <algorithm>
#include <thread>

#include "loadgen/kafka_reader.h"
#include "loadgen/units.h"

namespace loadgen {

namespace {

std::int64_t sum_of_ends(const std::vector<partition_span>& spans) {
  std::int64_t sum = 0;
  for (const partition_span& span : spans) sum += span.end;
  return sum;
}

/// Events nobody answered for may still arrive: waits until the topic has been still for `settle`, a minute at most.
std::vector<partition_span> settled_spans(kafka_reader& reader, std::chrono::nanoseconds settle) {
  using clock = std::chrono::steady_clock;
  std::vector<partition_span> spans = reader.spans();
  const auto give_up = clock::now() + std::chrono::minutes(1);
  auto still_since = clock::now();
  while (clock::now() - still_since < settle && clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    auto next = reader.spans();
    if (sum_of_ends(next) != sum_of_ends(spans)) still_since = clock::now();
    spans = std::move(next);
  }
  return spans;
}

void start_where_the_run_did(std::vector<partition_span>& spans, const run_record& run) {
  for (partition_span& span : spans) {
    for (const partition_span& before : run.before) {
      if (before.partition == span.partition) span.from = std::max(span.from, before.end);
    }
  }
}

/// A lost event has no offset. Where to look: at the last event before it, from the same connection, that is there.
void locate_lost(kafka_reader& reader, const std::vector<partition_span>& spans, const run_record& run,
                 verify_report& report) {
  std::vector<std::int64_t> nearest(report.examples.size(), -1);
  std::size_t hint = 0;
  const auto look = [&](const record_view& record) {
    const auto found = find_mark(record.value, run.run, hint);
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
    each.detail += "; what its connection sent before it is at this place";
  }
}

std::string line(const char* label, std::uint64_t count, const std::string& remark = {}) {
  std::string text = "  ";
  text += label;
  text.resize(24, ' ');
  const std::string digits = format_count(static_cast<double>(count));
  text.append(digits.size() < 14 ? 14 - digits.size() : 0, ' ');
  text += digits + (remark.empty() ? "" : "   " + remark) + '\n';
  return text;
}

std::string describe(const finding& what) {
  std::string text = "  " + std::string(name_of(what.kind)) + ": " + what.event_id;
  if (!what.aggregate.empty()) text += " of " + what.aggregate;
  if (what.partition >= 0) text += ", partition " + std::to_string(what.partition);
  if (what.offset >= 0) text += " offset " + std::to_string(what.offset);
  return text + ": " + what.detail + '\n';
}

}  // namespace

verify_report verify(const run_record& run, const verify_options& options) {
  const auto began = std::chrono::steady_clock::now();
  const std::string topic = options.topic.empty() ? run.topic : options.topic;
  kafka_reader reader(options.kafka, topic, options.kafka_properties);
  const bool may_still_arrive = run.events_with(fate::unknown) > 0;
  auto spans = may_still_arrive ? settled_spans(reader, options.settle) : reader.spans();
  if (topic == run.topic && !options.from_beginning) start_where_the_run_did(spans, run);
  verifier check(run, options.expect_all);
  reader.read(
      spans, [&](const record_view& record) { check.add(record); }, options.progress);
  verify_report report = check.finish();
  if (report.count(finding_kind::lost) > 0) locate_lost(reader, spans, run, report);
  report.topic = topic;
  report.seconds = seconds_of(std::chrono::steady_clock::now() - began);
  return report;
}

std::string describe(const verify_report& report) {
  std::string text = "verified from Kafka: run " + report.run + ", topic " + report.topic + ", " +
                     format_count(static_cast<double>(report.records_read)) + " records read\n";
  text += line("acked", report.acked, format_count(static_cast<double>(report.acked_present)) + " of them there");
  text += line("lost", report.count(finding_kind::lost), "acked, and in no partition");
  text += line("duplicated", report.count(finding_kind::duplicated),
               report.duplicated_resent == 0 ? ""
                                             : format_count(static_cast<double>(report.duplicated_resent)) +
                                                   " of them sent again by us after no answer came");
  text += line("reordered", report.count(finding_kind::reordered) + report.count(finding_kind::split),
               report.count(finding_kind::split) == 0 ? "" : "some in another partition than their aggregate");
  text += line("altered", report.count(finding_kind::altered));
  if (const auto wrong = report.count(finding_kind::wrong_key)) text += line("wrong key", wrong);
  text += line("denied but there", report.count(finding_kind::denied), "answered as not persisted");
  if (const auto invented = report.count(finding_kind::invented)) text += line("invented", invented, "never sent");
  text += line("possibly persisted", report.unknown,
               format_count(static_cast<double>(report.unknown_present)) + " there, " +
                   format_count(static_cast<double>(report.unknown_absent)) + " not");
  if (report.late_unanswered > 0) text += line("late, never answered", report.late_unanswered, "not held against it");
  if (report.records_foreign > 0) text += line("of other producers", report.records_foreign, "not looked at");
  for (const finding& each : report.examples) text += describe(each);
  text += report.sound() ? "PROVEN: every acked event is in Kafka exactly once, unaltered, in order\n"
                         : "FAILED: Kafka does not hold what was answered\n";
  return text;
}

}  // namespace loadgen
