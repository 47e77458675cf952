#include "store/fold.h"

#include <charconv>

#include "store/append.h"

namespace store {
namespace {

std::string_view value_of(std::span<const batching::header> headers, std::string_view name) noexcept {
  for (const batching::header& h : headers)
    if (h.name == name) return h.value;
  return {};
}

}  // namespace

partition_index::result<aggregate_head*> fold::head_of(std::string_view aggregate) {
  if (const auto known = heads_.find(aggregate); known != heads_.end()) return &known->second;
  auto head = index_->head_of(aggregate);
  if (!head) return std::move(head).error();
  return &heads_.emplace(std::string(aggregate), *head).first->second;
}

partition_index::result<void> fold::add(const log_record& r) {
  if (!r.has_key || r.offset < index_->applied_offset()) return {};
  auto head = head_of(r.key);
  if (!head) return std::move(head).error();
  const std::string_view id = value_of(r.headers, event_id_header);
  (*head)->add(id);
  check(r, (*head)->version);
  indexed_event& e = pending_.emplace_back();
  e.aggregate = bytes_.copy(r.key);
  e.what = {(*head)->version, r.offset, r.timestamp_ms, bytes_.copy(id), bytes_.copy(r.value)};
  e.head = *head;
  folded_.add();
  pending_bytes_ += r.key.size() + id.size() + r.value.size() + sizeof(indexed_event);
  if (pending_bytes_ < pending_bytes_max) return {};
  log_position applied = index_->applied();
  applied.next_offset = r.offset + 1;
  return flush(applied);
}

partition_index::result<void> fold::flush(const log_position& applied) {
  if (applied.next_offset < index_->applied_offset()) return {};
  auto done = index_->write(pending_, applied);
  pending_.clear();
  bytes_.clear();
  pending_bytes_ = 0;
  if (heads_.size() > heads_max || !done) heads_.clear();
  return done;
}

void fold::forget() noexcept {
  heads_.clear();
  pending_.clear();
  bytes_.clear();
  pending_bytes_ = 0;
}

void fold::check(const log_record& r, std::uint64_t counted) {
  const std::string_view said = value_of(r.headers, version_header);
  std::uint64_t number = 0;
  const auto read = std::from_chars(said.data(), said.data() + said.size(), number);
  if (said.empty() || (read.ec == std::errc{} && read.ptr == said.data() + said.size() && number == counted)) return;
  mismatches_.add();
  if (on_mismatch_) on_mismatch_({r.key, r.offset, counted, said});
}

}  // namespace store
