#include "gateway/frames/ack_writer.h"

#include <algorithm>
#include <cassert>

#include "gateway/frames/bytes.h"
#include "gateway/frames/codes.h"
#include "gateway/frames/frame_writer.h"

namespace gateway::frames {
namespace {

constexpr std::size_t ack_fixed = 48, entry_fixed = 28, failure_fixed = 8, range_bytes = 24, position_bytes = 12;
constexpr std::size_t accepted_at = 6, refused_at = 7;
constexpr std::uint8_t ack_refused = 0;

bool gives_ranges(const answered_frame& f) {
  return f.results != results::failures && f.ack == batching::ack_level::broker;
}

std::size_t positions_of(const answered_frame& f) {
  return f.results == results::positions && f.ack == batching::ack_level::broker ? f.answer->positions().size() : 0;
}

bool needs_entry(const answered_frame& f) {
  return f.answer == nullptr || f.results != results::failures || !f.answer->failures().empty();
}

std::size_t entry_bytes_without_details(const answered_frame& f) {
  if (f.answer == nullptr) return entry_fixed + f.detail.size();
  return entry_fixed + f.answer->failures().size() * failure_fixed +
         (gives_ranges(f) ? f.answer->partitions().size() * range_bytes : 0) + positions_of(f) * position_bytes;
}

}  // namespace

ack_writer::ack_writer(std::string& out) : out_(&out), begun_at_(begin_frame(out, frame_type::ack)) {
  out.append(ack_fixed, '\0');
}

bool ack_writer::add(const answered_frame& next, std::uint32_t bytes_max) {
  if (needs_entry(next)) {
    const std::size_t used = out_->size() - begun_at_;
    const std::size_t needed = entry_bytes_without_details(next);
    if (used + needed > bytes_max && frames_ > 0) return false;
    const std::size_t left = bytes_max > used + needed ? bytes_max - used - needed : 0;
    write_entry(next, std::min(left, entry_details_bytes_max));
    ++entries_;
  }
  count(next);
  sequence_ = next.sequence;
  ++frames_;
  return true;
}

void ack_writer::count(const answered_frame& f) noexcept {
  if (f.answer == nullptr) {
    counts_[refused_at] += f.records;
    return;
  }
  for (std::size_t o = 0; o < batching::outcomes; ++o) {
    const auto fate = static_cast<batching::outcome>(o);
    counts_[wire_code(fate)] += f.answer->count(fate);
  }
  counts_[accepted_at] += f.answer->accepted();
}

void ack_writer::write_entry(const answered_frame& f, std::size_t details_bytes_max) {
  std::string& out = *out_;
  const bool taken = f.answer != nullptr;
  const auto failures = taken ? f.answer->failures() : std::span<const batching::failure>{};
  const auto ranges = taken && gives_ranges(f) ? f.answer->partitions() : std::span<const batching::partition_span>{};
  const std::size_t positions = taken ? positions_of(f) : 0;
  const std::string_view detail = taken ? std::string_view{} : f.detail;
  append<std::uint64_t>(out, f.sequence);
  append<std::uint8_t>(out, static_cast<std::uint8_t>(f.status));
  append<std::uint8_t>(out, taken ? wire_code(f.ack) : ack_refused);
  append<std::uint16_t>(out, static_cast<std::uint16_t>(detail.size()));
  append<std::uint32_t>(out, f.records);
  append<std::uint32_t>(out, static_cast<std::uint32_t>(failures.size()));
  append<std::uint32_t>(out, static_cast<std::uint32_t>(ranges.size()));
  append<std::uint32_t>(out, static_cast<std::uint32_t>(positions));
  out += detail;
  for (const batching::failure& one : failures) {
    const std::string_view text = cut(one.detail, std::min(details_bytes_max, detail_bytes_max));
    details_bytes_max -= text.size();
    append<std::uint32_t>(out, one.index);
    append<std::uint8_t>(out, wire_code(one.fate));
    append<std::uint8_t>(out, wire_code(one.why));
    append<std::uint16_t>(out, static_cast<std::uint16_t>(text.size()));
    out += text;
  }
  for (const batching::partition_span& range : ranges) {
    append<std::int32_t>(out, range.partition);
    append<std::uint32_t>(out, range.events);
    append<std::int64_t>(out, range.first_offset);
    append<std::int64_t>(out, range.last_offset);
  }
  if (positions == 0) return;
  for (const batching::position& p : f.answer->positions()) {
    append<std::int32_t>(out, p.partition);
    append<std::int64_t>(out, p.offset);
  }
}

void ack_writer::finish() noexcept {
  assert(frames_ > 0);
  char* fixed = out_->data() + begun_at_ + header_bytes;
  store<std::uint64_t>(fixed, sequence_);
  store<std::uint32_t>(fixed + 8, frames_);
  store<std::uint32_t>(fixed + 12, entries_);
  for (std::size_t i = 0; i < std::size(counts_); ++i) store<std::uint32_t>(fixed + 16 + 4 * i, counts_[i]);
  end_frame(*out_, begun_at_);
}

}  // namespace gateway::frames
