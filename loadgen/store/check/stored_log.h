#pragma once

// Kafka's log of a run: the chain of each aggregate and the place of each append, told record by record in the order of
// each partition. Finds what is wrong in the log by itself, without the answers. Pure. Used by checker.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "loadgen/store/check/findings.h"
#include "loadgen/store/history/event.h"
#include "loadgen/store/history/operations.h"

namespace loadgen::store::check {

struct stored_record {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string_view key;
  std::string_view value;
  std::string_view version;   // header aggregate-version; empty: none
  std::string_view event_id;  // header event-id
};

/// The place of an append. `events` of 0: nowhere.
struct place {
  std::uint64_t first_version = 0;
  std::int64_t first_offset = -1;
  std::int32_t partition = -1;
  std::uint16_t events = 0;
  bool is_repeated_late = false;  // with `any`, beyond the events among which a repeat is recognised
};

struct chained {
  history::event_name name;
  std::uint64_t version = 0;
  std::int64_t offset = -1;
};

struct chain {
  std::int32_t partition = -1;
  std::uint64_t next_version = 1;
  std::vector<chained> events;  // in the order of the log
};

class stored_log {
 public:
  /// Appends with `any` are recognised among so many last events of the aggregate (docs/event-store.md).
  static constexpr std::uint64_t recognised_events = 32;

  stored_log(const history::recorded& run, findings& found);

  void add(const stored_record& record);
  void finish();

  const chain& of(std::uint32_t aggregate) const { return chains_[aggregate]; }
  const place& of(std::size_t client, std::size_t append) const { return places_[client][append]; }
  std::uint64_t records() const { return records_; }
  std::uint64_t foreign() const { return foreign_; }
  std::uint64_t repeated_late() const { return repeated_late_; }

 private:
  const history::append* sent(const std::optional<history::event_name>& name) const;
  std::uint64_t take_version(const stored_record& record, chain& into);
  void set_place(const history::event_name& name, const stored_record& record, std::uint64_t version);
  void note_repeat(const history::event_name& name, const stored_record& record, std::uint64_t version);
  void add_finding(finding_kind kind, const stored_record& record, std::string detail);

  const history::recorded& run_;
  findings& found_;
  std::vector<chain> chains_;               // by aggregate
  std::vector<std::vector<place>> places_;  // by client and append
  std::uint64_t records_ = 0;
  std::uint64_t foreign_ = 0;
  std::uint64_t repeated_late_ = 0;
};

}  // namespace loadgen::store::check
