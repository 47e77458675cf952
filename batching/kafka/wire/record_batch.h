// Kafka's record batch, format 2, as it lies in a Produce request and in the log:
//
//   base offset 8 | length 4 | leader epoch 4 | magic 1 | CRC-32C 4 | attributes 2 | last offset delta 4 | base
//   timestamp 8 | max timestamp 8 | producer id 8 | producer epoch 2 | base sequence 4 | records 4 | record ..
//
// A record: length | attributes 1 | timestamp delta | offset delta | key | value | headers; lengths and deltas are
// zigzag varints. Source: Kafka's documentation, "Record Batch".
#pragma once

#include <cstdint>
#include <span>

#include "batching/batch.h"
#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/compressor.h"

namespace batching::kafka::wire {

/// The identity of a writer, as Kafka's brokers know it: given out by InitProducerId.
struct producer_identity {
  std::int64_t id = -1;  // -1: none yet
  std::int16_t epoch = -1;

  [[nodiscard]] bool is_known() const noexcept { return id >= 0; }
  bool operator==(const producer_identity&) const = default;
};

struct batch_stamp {
  producer_identity producer;
  std::int32_t base_sequence = -1;
};

/// Neighbours in one batch. The batch is owned by its records that are not settled yet: whoever settles the last of
/// them gives it home.
struct record_range {
  batch* in = nullptr;
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  [[nodiscard]] std::span<const record> records() const noexcept { return in->records().subspan(first, count); }
};

inline constexpr std::size_t record_batch_head_bytes = 61;

/// Appends the records of all `ranges`, in their order, as one record batch; each with its own timestamp or that of
/// its admission.
/// `scratch` is used where they are compressed.
void write_record_batch(std::span<const record_range> ranges, const batch_stamp& stamp, compression how,
                        compressor& with, buffer& scratch, buffer& to);

}  // namespace batching::kafka::wire
