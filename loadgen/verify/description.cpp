#include "loadgen/verify/description.h"

#include "loadgen/units/quantity.h"

namespace loadgen::verify {

namespace {

std::string line(const char* label, std::uint64_t count, const std::string& remark = {}) {
  std::string text = "  ";
  text += label;
  text.resize(24, ' ');
  const std::string digits = units::format_count(static_cast<double>(count));
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

std::string describe(const report& of_run) {
  std::string text = "verified from Kafka: run " + of_run.run + ", topic " + of_run.topic + ", " +
                     units::format_count(static_cast<double>(of_run.records_read)) + " records read\n";
  text +=
      line("acked", of_run.acked, units::format_count(static_cast<double>(of_run.acked_present)) + " of them there");
  text += line("lost", of_run.count(finding_kind::lost), "acked, and in no partition");
  text += line("duplicated", of_run.count(finding_kind::duplicated),
               of_run.duplicated_resent == 0 ? ""
                                             : units::format_count(static_cast<double>(of_run.duplicated_resent)) +
                                                   " of them we sent again ourselves after no answer came");
  text += line("reordered", of_run.count(finding_kind::reordered) + of_run.count(finding_kind::split),
               of_run.count(finding_kind::split) == 0 ? "" : "some in another partition than their aggregate");
  text += line("altered", of_run.count(finding_kind::altered));
  if (const auto wrong = of_run.count(finding_kind::wrong_key)) text += line("wrong key", wrong);
  text += line("denied but there", of_run.count(finding_kind::denied), "answered as not persisted");
  if (const auto invented = of_run.count(finding_kind::invented)) text += line("invented", invented, "never sent");
  text += line("possibly persisted", of_run.unknown,
               units::format_count(static_cast<double>(of_run.unknown_present)) + " there, " +
                   units::format_count(static_cast<double>(of_run.unknown_absent)) + " not");
  if (of_run.late_unanswered > 0)
    text += line("late, never answered", of_run.late_unanswered, "does not count against the server");
  if (of_run.records_foreign > 0) text += line("of other producers", of_run.records_foreign, "ignored");
  for (const finding& each : of_run.examples) text += describe(each);
  text += of_run.sound() ? "PROVEN: every acked event is in Kafka exactly once, unaltered, in order\n"
                         : "FAILED: Kafka does not hold what the answers promised\n";
  return text;
}

}  // namespace loadgen::verify
