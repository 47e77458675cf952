// Records of one partition that travel together. A lane fills it (open), seals it and hands it to the publisher; the
// publisher writes what became of each record into it and gives it back to the lane it came from (its home), which
// answers the clients. It is used by one thread at a time and needs no lock.
//
//   lane: append, append ..  ──publish──>  publisher: settle ranges  ──home.take_back──>  lane: answer, recycle
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "batching/arena.h"
#include "batching/outcome.h"
#include "batching/record.h"
#include "batching/topic.h"

namespace batching {

class batch;
struct event;
using clock = std::chrono::steady_clock;

/// A record whose client is answered before its batch comes home.
struct taken_back {
  ack* answer_to = nullptr;
  std::uint32_t index = 0;  // of the event in its request
  outcome fate = outcome::not_persisted;
  reason why = reason::none;
};

/// The receiver of settled batches. Implemented by the lane.
class batch_home {
 public:
  /// Any thread. Never blocks, never fails.
  virtual void take_back(std::unique_ptr<batch> settled) noexcept = 0;
  // A home that answers later keeps what it is given. NOLINTBEGIN(performance-unnecessary-value-param)
  /// Any thread. Hands over the open batch of one partition now; `done` runs on the home's thread after that.
  virtual void hand_over(std::shared_ptr<topic>, std::int32_t /*partition*/, std::function<void()> done) { done(); }
  /// Any thread. Answers records that were taken back (publisher::withdraw); `keep` is let go of once that is done.
  virtual void answer(std::vector<taken_back>, std::shared_ptr<void> /*keep*/) {}
  // NOLINTEND(performance-unnecessary-value-param)

 protected:
  ~batch_home() = default;
};

/// The outcome of `count` records from `first` on. Persisted ranges have consecutive offsets from `offset`,
/// or -1 where Kafka has them and did not say where.
struct settled_range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  outcome fate = outcome::possibly_persisted;
  reason why = reason::none;
  std::int64_t offset = -1;
};

/// From its record `first` on, the batch was admitted at this time.
struct admission_time {
  std::uint32_t first = 0;
  clock::time_point at{};
  std::int64_t wall_ms = 0;  // milliseconds since 1970: the records' timestamp, at every attempt
};

class batch {
 public:
  /// The cost of a record beside its bytes, in the budget: librdkafka's message (about 170 B with malloc's own), our
  /// record, and its share of arrays. Measured by the Kafka-down memory test (tests/kafka).
  static constexpr std::int64_t record_overhead_bytes = 320;
  /// The cost of a header beside its bytes: our view of it in a vector that doubles, and librdkafka's own header.
  static constexpr std::int64_t header_overhead_bytes = 144;
  /// The cost to a record of having headers or a timestamp at all.
  static constexpr std::int64_t extras_overhead_bytes = 96;

  batch(batch_home& home, std::shared_ptr<topic> of, std::int32_t partition);
  batch(const batch&) = delete;
  batch& operator=(const batch&) = delete;

  /// Copies the bytes. No key is a null key in Kafka, which an empty key is not; so it is with the value.
  void append(const event& e, ack* answer_to, std::uint32_t index);
  void append(std::string_view key, bool has_key, std::string_view value, std::span<const header> headers,
              ack* answer_to, std::uint32_t index);
  /// The amount that append() adds to cost_bytes().
  [[nodiscard]] static std::int64_t cost_of(const event& e) noexcept;

  /// Records appended from now on are admitted at this time. Once a partition and cycle, not once a record.
  void admit_at(clock::time_point at, std::int64_t wall_ms);
  [[nodiscard]] std::span<const admission_time> admissions() const noexcept { return admissions_; }
  [[nodiscard]] admission_time admission_of(std::uint32_t record) const noexcept;

  [[nodiscard]] std::span<const record> records() const noexcept { return records_; }
  /// Position of one of its own records.
  [[nodiscard]] std::uint32_t index_of(const record& own) const noexcept {
    return static_cast<std::uint32_t>(&own - records_.data());
  }
  [[nodiscard]] record& record_at(std::uint32_t i) noexcept { return records_[i]; }
  /// Names are followed by a zero byte, as librdkafka wants them.
  [[nodiscard]] std::span<const header> headers_of(const record& r) const noexcept;
  /// Its own, else that of its admission.
  [[nodiscard]] std::int64_t timestamp_ms_of(const record& r) const noexcept;
  /// Some record has headers or a timestamp of its own.
  [[nodiscard]] bool has_extras() const noexcept { return !extras_.empty(); }
  [[nodiscard]] bool has_timestamps() const noexcept { return has_timestamps_; }
  /// The batch's share of the budget: keys, values, headers, and the cost of each record and header beside them.
  [[nodiscard]] std::int64_t cost_bytes() const noexcept {
    return payload_bytes_ + extras_cost_bytes_ + static_cast<std::int64_t>(records_.size()) * record_overhead_bytes;
  }
  /// Keys, values and headers alone.
  [[nodiscard]] std::int64_t payload_bytes() const noexcept { return payload_bytes_; }

  /// The memory that its bytes really occupy.
  [[nodiscard]] std::size_t reserved_bytes() const noexcept {
    return bytes_.reserved_bytes() + records_.capacity() * sizeof(record);
  }

  /// The publisher's word. Every record is settled exactly once; ranges may come in any order.
  void settle(settled_range range);
  [[nodiscard]] bool is_settled() const noexcept { return settled_records_ == records_.size(); }
  [[nodiscard]] std::uint32_t settled_records() const noexcept { return settled_records_; }
  [[nodiscard]] std::span<const settled_range> ranges() const noexcept { return ranges_; }

  /// Kept until the lane has answered the batch's clients (let_go).
  void keep(std::shared_ptr<void> until_answered) { kept_.push_back(std::move(until_answered)); }
  void let_go() noexcept { kept_.clear(); }

  /// Makes the batch open and empty again, for another partition; keeps its memory.
  void reset(std::shared_ptr<topic> of, std::int32_t partition);

  [[nodiscard]] batch_home& home() const noexcept { return *home_; }
  [[nodiscard]] topic& of() const noexcept { return *topic_; }
  [[nodiscard]] const std::shared_ptr<topic>& topic_ptr() const noexcept { return topic_; }
  [[nodiscard]] std::int32_t partition() const noexcept { return partition_; }

  std::uint64_t sequence = 0;     // the publisher's: order of publish() over all lanes
  clock::time_point opened_at{};  // when its oldest record was admitted
  clock::time_point sealed_at{};  // when it was handed to the publisher

 private:
  struct record_extras {
    std::uint32_t first_header = 0;
    std::uint32_t headers = 0;
    std::int64_t timestamp_ms = no_timestamp;
  };
  void keep_extras(const event& e, record& of);

  batch_home* home_;
  std::shared_ptr<topic> topic_;  // co-owned: the topic outlives its deletion in Kafka while records wait
  std::int32_t partition_;
  std::uint32_t settled_records_ = 0;
  std::int64_t payload_bytes_ = 0;
  std::int64_t extras_cost_bytes_ = 0;
  bool has_timestamps_ = false;
  std::vector<record> records_;
  std::vector<settled_range> ranges_;
  std::vector<header> headers_;
  std::vector<record_extras> extras_;
  std::vector<admission_time> admissions_;
  std::vector<std::shared_ptr<void>> kept_;  // co-owned by the other batches that failed with this one
  arena bytes_;
};

}  // namespace batching
