#include "loadgen/store/check/stored_log.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace loadgen::store::check {

using history::event_name;

namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

stored_log::stored_log(const history::recorded& run, findings& found)
    : run_(run), found_(found), chains_(run.aggregates) {
  for (const history::client_log& each : run.clients) places_.emplace_back(each.appends.size());
}

const history::append* stored_log::sent(const std::optional<event_name>& name) const {
  if (!name || name->client >= run_.clients.size()) return nullptr;
  const auto& appends = run_.clients[name->client].appends;
  if (name->append >= appends.size() || name->index >= appends[name->append].events) return nullptr;
  return &appends[name->append];
}

void stored_log::add(const stored_record& record) {
  const auto aggregate = history::aggregate_in(record.key, run_.run);
  const auto name = history::name_in(record.event_id, run_.run);
  if (!aggregate && !name) {
    ++foreign_;
    return;
  }
  ++records_;
  const history::append* const append = sent(name);
  if (append == nullptr || !aggregate || *aggregate >= run_.aggregates) {
    return add_finding(finding_kind::invented, record, "nobody sent this");
  }
  if (append->aggregate != *aggregate) return add_finding(finding_kind::altered, record, "of another aggregate");
  if (record.value != history::event_text(run_.run, *name, *aggregate, run_.event_bytes)) {
    add_finding(finding_kind::altered, record, "not the bytes that were sent");
  }
  chain& into = chains_[*aggregate];
  if (into.partition < 0) into.partition = record.partition;
  if (into.partition != record.partition) {
    return add_finding(finding_kind::split, record,
                       "earlier events are in partition " + std::to_string(into.partition));
  }
  const std::uint64_t version = take_version(record, into);
  into.events.push_back({*name, version, record.offset});
  set_place(*name, record, version);
}

/// The version of the record; where it has none, that of counting.
std::uint64_t stored_log::take_version(const stored_record& record, chain& into) {
  const std::uint64_t next = into.next_version;
  const auto version = number_in(record.version);
  if (!version || *version == 0) {
    add_finding(finding_kind::unversioned, record, "'" + std::string(record.version.substr(0, 20)) + "'");
    return into.next_version++;
  }
  const std::string detail = "version " + std::to_string(*version) + " where " + std::to_string(next) + " is next";
  if (*version < next) add_finding(finding_kind::version_twice, record, detail);
  if (*version > next) add_finding(finding_kind::version_missing, record, detail);
  into.next_version = *version + 1;
  return *version;
}

void stored_log::set_place(const event_name& name, const stored_record& record, std::uint64_t version) {
  place& at = places_[name.client][name.append];
  if (name.index < at.events) return note_repeat(name, record, version);
  const bool follows =
      at.events == 0 || (version == at.first_version + name.index && record.offset == at.first_offset + name.index);
  if (name.index != at.events || !follows) {
    add_finding(finding_kind::torn, record, "it does not follow the event before it in its append");
  }
  if (at.events == 0) {
    at.first_version = version - std::min<std::uint64_t>(version, name.index);
    at.first_offset = record.offset - name.index;
    at.partition = record.partition;
  }
  at.events = static_cast<std::uint16_t>(name.index + 1);
}

void stored_log::note_repeat(const event_name& name, const stored_record& record, std::uint64_t version) {
  place& at = places_[name.client][name.append];
  const bool expects = run_.clients[name.client].appends[name.append].expected.has_value();
  if (!expects && version - name.index > at.first_version + recognised_events) {
    at.is_repeated_late = true;
    ++repeated_late_;
    return;
  }
  add_finding(finding_kind::repeated, record, "first at version " + std::to_string(at.first_version + name.index));
}

void stored_log::finish() {
  for (std::size_t c = 0; c < places_.size(); ++c) {
    for (std::size_t n = 0; n < places_[c].size(); ++n) {
      const place& at = places_[c][n];
      const std::uint16_t events = run_.clients[c].appends[n].events;
      if (at.events == 0 || at.events == events) continue;
      const event_name name{static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(n), 0};
      found_.add({finding_kind::torn, history::id_text(run_.run, name), at.partition, at.first_offset,
                  std::to_string(at.events) + " of " + std::to_string(events) + " events are there"});
    }
  }
}

void stored_log::add_finding(finding_kind kind, const stored_record& record, std::string detail) {
  found_.add({kind, std::string(record.event_id.empty() ? record.key : record.event_id), record.partition,
              record.offset, std::move(detail)});
}

}  // namespace loadgen::store::check
