// One Kafka topic as all lanes share it: its name, how much of each partition is in flight, and when that last
// moved. Topics live as long as the process; the counters are atomic. How many partitions there are is the snapshot's
// business (topic_table.h).
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace batching {

/// The bytes of one partition that are in flight.
struct partition_counter {
  std::atomic<std::int64_t> bytes{0};
  std::atomic<std::chrono::steady_clock::rep> moved_at{0};
};

/// One counter a partition, growing without moving what is there: segment 0 and 1 hold 64 counters, each later one
/// doubles. Growing happens before the larger count is published to lanes, so readers need no lock.
class partition_counters {
 public:
  static constexpr std::size_t segment_0 = 64;
  static constexpr std::size_t segments_max = 12;
  static constexpr std::int32_t partitions_max = segment_0 << (segments_max - 1);  // 131,072; clusters hold fewer

  /// One thread at a time. Counts above partitions_max are cut to it.
  void grow(std::int32_t partitions) {
    for (std::size_t s = 0; s < segments_max && first_of(s) < static_cast<std::size_t>(partitions); ++s)
      if (!segments_[s]) segments_[s] = std::make_unique<partition_counter[]>(size_of(s));
  }
  [[nodiscard]] partition_counter& operator[](std::int32_t partition) const noexcept {
    const auto p = static_cast<std::size_t>(partition);
    const std::size_t s = static_cast<std::size_t>(std::bit_width(p / segment_0));
    assert(s < segments_max && segments_[s]);
    return segments_[s][p - first_of(s)];
  }

 private:
  static constexpr std::size_t first_of(std::size_t s) noexcept { return s == 0 ? 0 : segment_0 << (s - 1); }
  static constexpr std::size_t size_of(std::size_t s) noexcept { return s == 0 ? segment_0 : segment_0 << (s - 1); }

  std::array<std::unique_ptr<partition_counter[]>, segments_max> segments_;
};

class topic {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  topic(std::string name, std::uint32_t id) : name_(std::move(name)), id_(id) {}
  topic(const topic&) = delete;
  topic& operator=(const topic&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Dense, from 0, never reused: an index into per-topic tables.
  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

  [[nodiscard]] std::int64_t in_flight_bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t in_flight_bytes(std::int32_t partition) const noexcept {
    return partitions_[partition].bytes.load(std::memory_order_relaxed);
  }
  /// When a partition last settled something, or began to hold something.
  [[nodiscard]] time_point moved_at(std::int32_t partition) const noexcept {
    return time_point(time_point::duration(partitions_[partition].moved_at.load(std::memory_order_relaxed)));
  }
  /// Any thread. From admission to settlement, all partitions together; false: it would exceed `share_bytes`, nothing
  /// was taken.
  [[nodiscard]] bool reserve(std::int64_t bytes, std::int64_t share_bytes) noexcept {
    if (bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= share_bytes) return true;
    release(bytes);
    return false;
  }
  void release(std::int64_t bytes) noexcept { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  /// Any thread; a sealed batch of one partition, from now until it is settled as anything. `partition` is below the
  /// largest count given to grow().
  void add_sealed(std::int32_t partition, std::int64_t bytes, time_point now) noexcept {
    if (in_flight_bytes(partition) == 0) move(partition, now);
    partitions_[partition].bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
  void remove_settled(std::int32_t partition, std::int64_t bytes, time_point now) noexcept {
    move(partition, now);
    partitions_[partition].bytes.fetch_sub(bytes, std::memory_order_relaxed);
  }
  void grow(std::int32_t partitions) { partitions_.grow(partitions); }

 private:
  void move(std::int32_t partition, time_point now) noexcept {
    partitions_[partition].moved_at.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }

  std::string name_;
  std::uint32_t id_;
  std::atomic<std::int64_t> bytes_{0};
  partition_counters partitions_;
};

}  // namespace batching
