#include "batching/ack.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

namespace batching {

void ack::begin(ack_listener* listener, std::uint32_t events, bool wants_each) {
  assert(open_ == 0);
  listener_ = listener;
  events_ = open_ = events;
  sealed_ = false;
  accepted_ = 0;
  std::fill(std::begin(counts_), std::end(counts_), 0U);
  partitions_.clear();
  failures_.clear();
  if (details_bytes_ > 0) details_.clear();
  details_bytes_ = 0;
  last_detail_ = {};
  positions_.assign(wants_each ? events : 0, position{});
  settled_bits_.assign((events + 63) / 64, 0);
  charge_growth();
}

std::size_t ack::memory_bytes() const noexcept {
  return failures_.capacity() * sizeof(failure) + positions_.capacity() * sizeof(position) +
         settled_bits_.capacity() * sizeof(std::uint64_t) + details_.reserved_bytes();
}

void ack::charge_growth() {
  if (budget_ == nullptr) return;
  const std::size_t holds = memory_bytes();
  const auto beyond = holds > uncharged_bytes ? static_cast<std::int64_t>(holds) : 0;
  const std::int64_t more = base_bytes + beyond - charged_;
  if (more <= 0) return;
  budget_->charge(more);
  charged_ += more;
}

void ack::end_charge() noexcept {
  if (charged_ > 0) budget_->release(std::exchange(charged_, 0));
}

void ack::mark(std::uint32_t index) noexcept {
  std::uint64_t& word = settled_bits_[index / 64];
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  assert(index < events_ && !(word & bit));
  word |= bit;
}

void ack::settle_accepted(std::uint32_t index) {
  mark(index);
  ++accepted_;
  settled_one();
}

void ack::settle_persisted(std::uint32_t index, std::int32_t partition, std::int64_t offset, const topic* of) {
  mark(index);
  ++counts_[static_cast<std::size_t>(outcome::persisted)];
  span_of(partition, offset, of);
  if (!positions_.empty()) positions_[index] = {partition, offset, of};
  settled_one();
}

void ack::settle_failed(std::uint32_t index, outcome fate, reason why, std::string_view detail) {
  mark(index);
  ++counts_[static_cast<std::size_t>(fate)];
  const bool grows = failures_.size() == failures_.capacity();
  failures_.push_back({index, fate, why, keep(detail)});
  if (grows) charge_growth();
  settled_one();
}

// Many events of a request fail for the same reason in the same words: those are kept once.
std::string_view ack::keep(std::string_view detail) {
  detail = detail.substr(0, detail_bytes_max);
  if (detail.empty() || detail == last_detail_) return detail.empty() ? detail : last_detail_;
  if (details_bytes_ + detail.size() > details_bytes_max) return {};
  const std::size_t held = details_.reserved_bytes();
  details_bytes_ += detail.size();
  last_detail_ = details_.copy(detail);
  if (details_.reserved_bytes() != held) charge_growth();
  return last_detail_;
}

// Batches come back a partition at a time, so the span wanted is nearly always the last one.
void ack::span_of(std::int32_t partition, std::int64_t offset, const topic* of) {
  auto at = std::find_if(partitions_.rbegin(), partitions_.rend(),
                         [partition, of](const partition_span& s) { return s.partition == partition && s.of == of; });
  if (at == partitions_.rend()) {
    partitions_.push_back({partition, 1, offset, offset, of});
    return;
  }
  ++at->events;
  if (offset < 0) return;
  at->first_offset = at->first_offset < 0 ? offset : std::min(at->first_offset, offset);
  at->last_offset = std::max(at->last_offset, offset);
}

void ack::settled_one() {
  if (--open_ == 0) discharge();
  tell();
}

void ack::seal() {
  sealed_ = true;
  tell();
}

void ack::tell() {
  if (!is_settled()) return;
  if (listener_ != nullptr)
    listener_->on_acked(*this);
  else if (owner_ != nullptr)
    owner_->take_back(*this);
}

std::uint32_t ack::detach() noexcept {
  listener_ = nullptr;
  return open_;
}

std::span<const partition_span> ack::partitions() {
  std::sort(partitions_.begin(), partitions_.end(),
            [](const auto& a, const auto& b) { return std::tie(a.of, a.partition) < std::tie(b.of, b.partition); });
  return partitions_;
}

std::span<const failure> ack::failures() {
  std::sort(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return failures_;
}

std::vector<std::uint32_t> ack::open_indexes() const {
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < events_; ++i)
    if (!(settled_bits_[i / 64] >> (i % 64) & 1)) open.push_back(i);
  return open;
}

}  // namespace batching
