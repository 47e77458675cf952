#include "loadgen/verify/verifier.h"

#include <algorithm>
#include <array>

#include "loadgen/events/checksum.h"
#include "loadgen/events/images.h"

namespace loadgen::verify {

namespace {

constexpr std::array<std::string_view, finding_kinds> names{"lost",    "duplicated", "reordered", "split",
                                                            "altered", "wrong_key",  "denied",    "invented"};
constexpr std::size_t altered_max = 1U << 20;

std::uint64_t place_of(const events::mark& id) { return std::uint64_t{id.stream} << 32 | id.number; }

}  // namespace

std::string_view name_of(finding_kind kind) { return names[static_cast<std::size_t>(kind)]; }

bool report::sound() const {
  return std::all_of(std::begin(counts), std::end(counts), [](std::uint64_t count) { return count == 0; });
}

verifier::verifier(const run_record& run, bool expect_all)
    : run_(run), expect_all_(expect_all), aggregates_(run.aggregates) {
  for (const answers::stream_record& each : run.streams) seen_.emplace_back(each.log.size(), false);
  report_.run = run.run;
  report_.topic = run.topic;
  report_.expect_all = expect_all;
}

answers::fate verifier::fate_at(std::uint32_t stream, std::uint32_t number) const {
  const answers::fate stored = run_.streams[stream].log.at(number);
  return stored == answers::fate::unknown && expect_all_ ? answers::fate::acked : stored;
}

bool verifier::known(const events::mark& id) const {
  return id.stream < run_.streams.size() && id.aggregate < run_.aggregates &&
         run_.streams[id.stream].log.at(id.number) != answers::fate::unsent;
}

void verifier::note(finding_kind kind, const events::mark& id, std::int32_t partition, std::int64_t offset,
                    std::string detail) {
  std::uint64_t& count = report_.counts[static_cast<std::size_t>(kind)];
  if (count++ >= examples_max) return;
  report_.examples.push_back({kind, to_string(id), events::aggregate_text(id.aggregate), partition, offset,
                              std::move(detail), id.stream, id.number});
}

void verifier::note_altered(const kafka::record_view& record, const events::mark& id, std::string detail) {
  note(finding_kind::altered, id, record.partition, record.offset, std::move(detail));
  if (altered_.size() < altered_max) altered_.emplace(place_of(id), true);
}

void verifier::add(const kafka::record_view& record) {
  ++report_.records_read;
  const auto found = events::find_mark(record.value, run_.run, mark_hint_);
  if (!found) {
    ++report_.records_foreign;
    return;
  }
  mark_hint_ = found->at;
  ++report_.records_of_run;
  const events::mark& id = found->value;
  if (events::checksum_without_sum(record.value, found->at, scratch_) != id.sum) {
    return note_altered(record, id, "the bytes do not match the checksum the event was sent with");
  }
  if (!known(id)) {
    return note(finding_kind::invented, id, record.partition, record.offset, "this run never sent an event of this id");
  }
  check_copy(record, id);
  check_key(record, id);
}

void verifier::check_copy(const kafka::record_view& record, const events::mark& id) {
  auto seen = seen_[id.stream][id.number];
  if (seen) {
    const bool ours = was_resent(id);
    if (ours) ++report_.duplicated_resent;
    return note(
        finding_kind::duplicated, id, record.partition, record.offset,
        ours ? "a further copy; we sent it again ourselves after no answer came" : "a further copy of the event");
  }
  seen = true;
  const answers::fate told = fate_at(id.stream, id.number);
  if (told == answers::fate::acked) ++report_.acked_present;
  if (told == answers::fate::unknown) ++report_.unknown_present;
  if (told == answers::fate::refused) {
    note(finding_kind::denied, id, record.partition, record.offset, "the server answered that it was not persisted");
  }
  check_order(record, id, told == answers::fate::acked);
}

void verifier::check_order(const kafka::record_view& record, const events::mark& id, bool answered) {
  place& last = aggregates_[id.aggregate];
  if (last.partition >= 0 && last.partition != record.partition) {
    note(finding_kind::split, id, record.partition, record.offset,
         "earlier events of this aggregate are in partition " + std::to_string(last.partition));
    return;
  }
  last.partition = record.partition;
  if (id.sequence > last.sequence) {
    last.sequence = id.sequence;
  } else if (!answered) {
    ++report_.late_unanswered;
  } else {
    note(finding_kind::reordered, id, record.partition, record.offset,
         "number " + std::to_string(id.sequence) + " of its aggregate stands behind number " +
             std::to_string(last.sequence));
  }
}

void verifier::check_key(const kafka::record_view& record, const events::mark& id) {
  if (!run_.keyed || record.key == events::aggregate_text(id.aggregate)) return;
  note(finding_kind::wrong_key, id, record.partition, record.offset,
       "its key is '" + std::string(record.key.substr(0, 60)) + "'");
}

bool verifier::was_resent(const events::mark& id) const {
  const auto& ranges = run_.streams[id.stream].resent;
  return std::any_of(ranges.begin(), ranges.end(), [&](const answers::resent_range& range) {
    return id.number - range.first < range.count && id.number >= range.first;
  });
}

void verifier::find_lost(std::uint32_t stream) {
  for (std::uint32_t number = 0; number < seen_[stream].size(); ++number) {
    const answers::fate told = fate_at(stream, number);
    if (told == answers::fate::acked) ++report_.acked;
    if (told == answers::fate::refused) ++report_.refused;
    if (told == answers::fate::unknown) ++report_.unknown;
    if (seen_[stream][number] || told == answers::fate::refused || told == answers::fate::unsent) continue;
    if (told == answers::fate::unknown) {
      ++report_.unknown_absent;
      continue;
    }
    const events::mark id{events::read_hex(run_.run).value_or(0), stream, number, 0, 0, 0};
    if (altered_.contains(place_of(id))) continue;
    std::uint64_t& count = report_.counts[static_cast<std::size_t>(finding_kind::lost)];
    if (count++ >= examples_max) continue;
    // Only the event's place in its stream is remembered; the rest of its id would cost 12 bytes an event.
    report_.examples.push_back({finding_kind::lost, to_string(id).substr(0, events::mark::aggregate_at - 1), "", -1, -1,
                                "acked, and in no partition (its id begins so)", stream, number});
  }
}

report verifier::finish() {
  for (std::uint32_t stream = 0; stream < seen_.size(); ++stream) find_lost(stream);
  return std::move(report_);
}

}  // namespace loadgen::verify
