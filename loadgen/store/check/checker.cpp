#include "loadgen/store/check/checker.h"

#include <algorithm>
#include <utility>

namespace loadgen::store::check {

using history::answer;
using history::attempt;

namespace {

bool is_ack(const attempt& each) { return each.said == answer::written || each.said == answer::duplicate; }

std::string text(std::uint64_t number) { return std::to_string(number); }

/// An attempt that nobody answered for may still be written, until the aggregate is known to be beyond what it expects.
bool is_denied(const history::append& what, std::span<const attempt> attempts) {
  const auto says_no = [](const attempt& each) {
    return each.said == answer::refused || each.said == answer::conflict;
  };
  const auto is_beyond = [&](const attempt& each) {
    return each.said == answer::conflict && what.expected && each.version > *what.expected;
  };
  return std::ranges::all_of(attempts, says_no) || std::ranges::any_of(attempts, is_beyond);
}

}  // namespace

checker::checker(const history::recorded& run) : run_(run), log_(run, report_.found) {}

report checker::finish() {
  log_.finish();
  build_timelines();
  for (std::size_t c = 0; c < run_.clients.size(); ++c) {
    const history::client_log& log = run_.clients[c];
    for (std::size_t n = 0; n < log.appends.size(); ++n) {
      const history::append& what = log.appends[n];
      const history::event_name name{static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(n), 0};
      judge({what, log.attempts_of(what), log_.of(c, n), history::id_text(run_.run, name)});
    }
    for (const history::read& each : log.reads) judge(each);
  }
  for (std::uint32_t a = 0; a < run_.aggregates; ++a) judge_order(a);
  report_.records = log_.records();
  report_.foreign = log_.foreign();
  report_.repeated_late = log_.repeated_late();
  return std::move(report_);
}

void checker::build_timelines() {
  for (std::uint32_t a = 0; a < run_.aggregates; ++a) {
    const chain& of = log_.of(a);
    timeline& times = times_.emplace_back(of.events.size());
    std::vector<std::uint64_t>& sums = digests_.emplace_back(of.events.size() + 1, 0);
    for (const chained& each : of.events) {
      const history::client_log& log = run_.clients[each.name.client];
      const history::append& what = log.appends[each.name.append];
      const auto attempts = log.attempts_of(what);
      times.sent(each.version, attempts.empty() ? 0 : attempts.front().begin, each.name.index + 1 == what.events);
      if (each.version < sums.size()) sums[each.version] = history::digest(each.name, each.version, each.offset);
    }
    for (std::size_t v = 1; v < sums.size(); ++v) sums[v] += sums[v - 1];
    report_.longest_chain = std::max<std::uint64_t>(report_.longest_chain, of.events.size());
  }
  for (std::size_t c = 0; c < run_.clients.size(); ++c) note_shown(c);
  for (timeline& each : times_) each.finish();
}

void checker::note_shown(std::size_t client) {
  const history::client_log& log = run_.clients[client];
  for (std::size_t n = 0; n < log.appends.size(); ++n) {
    const history::append& what = log.appends[n];
    const place& at = log_.of(client, n);
    timeline& times = times_[what.aggregate];
    for (const attempt& each : log.attempts_of(what)) {
      if (is_ack(each) && at.events > 0) times.shown(at.first_version + at.events - 1U, each.end);
      if (each.said == answer::conflict) times.shown(each.version, each.end);
    }
  }
  for (const history::read& each : log.reads) times_[each.aggregate].shown(each.version, each.end);
}

void checker::judge(const appended& each) {
  judge_fate(each);
  if (each.at.events > 0) judge_places(each);
  judge_repeats(each);
  for (const attempt& told : each.attempts) {
    if (told.said == answer::conflict) judge_conflict(each, told);
  }
}

void checker::judge_fate(const appended& each) {
  const bool is_acked = std::ranges::any_of(each.attempts, is_ack);
  const bool is_there = each.at.events > 0;
  if (is_acked && is_there) ++report_.acked_present;
  if (is_acked && !is_there) add_finding(finding_kind::lost, each, "answered as written");
  if (is_acked) return;
  const bool denied = is_denied(each.what, each.attempts);
  if (denied && is_there) add_finding(finding_kind::denied, each, "at version " + text(each.at.first_version));
  if (!denied) ++(is_there ? report_.unknown_present : report_.unknown_absent);
}

void checker::judge_places(const appended& each) {
  const place& at = each.at;
  if (each.what.expected && at.first_version != *each.what.expected + 1) {
    add_finding(finding_kind::expected_ignored, each,
                "expected version " + text(*each.what.expected) + ", first version " + text(at.first_version));
  }
  if (at.is_repeated_late) return;
  for (const attempt& told : each.attempts) {
    if (!is_ack(told)) continue;
    const bool is_right = told.first_version == at.first_version && told.partition == at.partition &&
                          told.version == at.first_version + each.what.events - 1 &&
                          told.first_offset == at.first_offset &&
                          told.last_offset == at.first_offset + each.what.events - 1;
    if (is_right) continue;
    add_finding(told.said == answer::duplicate ? finding_kind::wrong_duplicate : finding_kind::misplaced, each,
                "answered as version " + text(told.first_version) + " at offset " + std::to_string(told.first_offset) +
                    ", it is version " + text(at.first_version));
  }
}

void checker::judge_repeats(const appended& each) {
  bool was_acked = false;
  for (const attempt& told : each.attempts) {
    if (was_acked) ++report_.repeats;
    const bool is_new = told.said == answer::written || told.said == answer::conflict;
    if (was_acked && is_new && !each.at.is_repeated_late) {
      add_finding(finding_kind::repeat_refused, each, std::string("the repeat is answered as ") + name_of(told.said));
    }
    was_acked = was_acked || is_ack(told);
  }
}

void checker::judge_conflict(const appended& each, const attempt& told) {
  ++report_.conflicts;
  const timeline& times = times_[each.what.aggregate];
  const std::string at = "version " + text(told.version);
  if (!each.what.expected) return add_finding(finding_kind::wrong_conflict, each, "no version was expected");
  if (told.version == *each.what.expected) return add_finding(finding_kind::wrong_conflict, each, at + " was expected");
  if (!times.can_be_at(told.version)) {
    return add_finding(finding_kind::wrong_conflict, each, "the aggregate was never at " + at);
  }
  if (times.earliest(told.version) > told.end) {
    return add_finding(finding_kind::wrong_conflict, each, at + " was not there yet");
  }
  if (times.latest(told.version + 1) < told.begin) {
    add_finding(finding_kind::stale_conflict, each,
                at + " was over " +
                    text(static_cast<std::uint64_t>(told.begin - times.latest(told.version + 1)) / 1000) +
                    " us before the request began");
  }
}

void checker::judge_order(std::uint32_t aggregate) {
  const timeline& times = times_[aggregate];
  for (std::uint64_t v = 1; v <= times.versions(); ++v) {
    if (times.sent_at(v) <= times.latest(v)) continue;
    const chain& of = log_.of(aggregate);
    report_.found.add({finding_kind::out_of_time, history::aggregate_text(run_.run, aggregate), of.partition,
                       of.events[v - 1].offset, "version " + text(v)});
  }
}

void checker::judge(const history::read& each) {
  ++report_.reads;
  if (each.flaw != nullptr) return add_finding(finding_kind::wrong_read, each, each.flaw);
  const timeline& times = times_[each.aggregate];
  if (!times.can_be_at(each.version)) {
    return add_finding(finding_kind::wrong_read, each, "the aggregate was never at version " + text(each.version));
  }
  if (times.earliest(each.version) > each.end) {
    add_finding(finding_kind::early_read, each, "version " + text(each.version));
  }
  const std::uint64_t due = each.asked == history::promise::fresh ? times.known_before(each.begin) : each.promised;
  if (each.asked != history::promise::none && each.version < due) {
    add_finding(
        finding_kind::stale_read, each,
        std::string(name_of(each.asked)) + ": version " + text(each.version) + " where " + text(due) + " is due");
  }
  judge_content(each);
}

void checker::judge_content(const history::read& each) {
  const std::vector<std::uint64_t>& sums = digests_[each.aggregate];
  const std::uint64_t end = each.low + each.count;  // one past the last
  if (each.count == 0) return;
  if (each.low == 0 || end > sums.size())
    return add_finding(finding_kind::wrong_read, each, "events that Kafka has not");
  if (sums[end - 1] - sums[each.low - 1] != each.digest) {
    add_finding(finding_kind::wrong_read, each,
                "versions " + text(each.low) + " to " + text(end - 1) + " are other events in Kafka");
  }
}

void checker::add_finding(finding_kind kind, const appended& of, std::string detail) {
  report_.found.add({kind, of.name, of.at.partition, of.at.first_offset,
                     std::move(detail) + " (" + history::aggregate_text(run_.run, of.what.aggregate) + ")"});
}

void checker::add_finding(finding_kind kind, const history::read& of, std::string detail) {
  report_.found.add({kind, history::aggregate_text(run_.run, of.aggregate), -1, -1, std::move(detail)});
}

}  // namespace loadgen::store::check
