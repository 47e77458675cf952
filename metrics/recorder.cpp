#include "metrics/recorder.h"

#include <algorithm>
#include <bit>

namespace metrics {

namespace {

constexpr std::size_t topics_a_chunk = 256;

std::size_t status_place(int status) noexcept {
  const auto& known = lane_recorder::known_statuses;
  const auto it = std::lower_bound(known.begin() + 1, known.end(), status);
  return it != known.end() && *it == status ? static_cast<std::size_t>(it - known.begin()) : 0;
}

static_assert(std::is_sorted(lane_recorder::known_statuses.begin(), lane_recorder::known_statuses.end()),
              "status_place searches by halves");

}  // namespace

void log2_histogram::observe(std::uint64_t value) noexcept {
  const auto place = static_cast<std::size_t>(std::bit_width(value));
  sum_.add(value);
  counts_[std::min(place, buckets - 1)].add();
}

lane_recorder::~lane_recorder() {
  for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
}

topic_counts& lane_recorder::of_topic(std::uint32_t topic_id) {
  const std::size_t place = std::min<std::size_t>(topic_id, topics_max - 1);
  auto& slot = chunks_[place / topics_a_chunk];
  topic_counts* chunk = slot.load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = new topic_counts[topics_a_chunk];
    slot.store(chunk, std::memory_order_release);  // a scraper that sees the chunk sees it zeroed
  }
  return chunk[place % topics_a_chunk];
}

const topic_counts* lane_recorder::find_topic(std::uint32_t topic_id) const noexcept {
  const std::size_t place = std::min<std::size_t>(topic_id, topics_max - 1);
  const topic_counts* chunk = chunks_[place / topics_a_chunk].load(std::memory_order_acquire);
  return chunk == nullptr ? nullptr : chunk + place % topics_a_chunk;
}

void lane_recorder::request(listener on, route to, int status, std::chrono::microseconds took) noexcept {
  const auto from = static_cast<std::size_t>(on);
  requests_[from][static_cast<std::size_t>(to)][status_place(status)].add();
  request_us[from].observe(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
}

std::uint64_t lane_recorder::requests(listener on, route to, int status) const noexcept {
  return requests_[static_cast<std::size_t>(on)][static_cast<std::size_t>(to)][status_place(status)].value();
}

}  // namespace metrics
