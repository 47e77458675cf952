// Reads record batches of format 2 as they come from the log (record_batch.h draws them): whoever wrote them, plain,
// transactional, control batches. Every length is checked; nothing is copied but what is decompressed. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "batching/kafka/wire/record_batch.h"

namespace batching::kafka::wire {

struct record_batch_head {
  std::int64_t base_offset = 0;
  std::int16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  std::int64_t base_timestamp_ms = 0;
  std::int64_t max_timestamp_ms = 0;
  producer_identity producer;
  std::int32_t base_sequence = -1;
  std::int32_t count = 0;
  std::string_view records;  // maybe compressed

  [[nodiscard]] std::int64_t next_offset() const noexcept { return base_offset + last_offset_delta + 1; }
  [[nodiscard]] int codec_number() const noexcept { return attributes & 7; }
  [[nodiscard]] bool has_log_append_time() const noexcept { return (attributes & 0x08) != 0; }
  [[nodiscard]] bool is_transactional() const noexcept { return (attributes & 0x10) != 0; }
  /// A marker that ends a transaction, or another note of the broker's: no records for consumers.
  [[nodiscard]] bool is_control() const noexcept { return (attributes & 0x20) != 0; }
};

/// One batch after the other; the last one of a fetch may be cut off, and is no batch then.
class record_batch_reader {
 public:
  enum class step : std::uint8_t {
    batch,
    end,
    damaged,     // its checksum or a length is wrong
    old_format,  // written before Kafka 0.11
  };

  explicit record_batch_reader(std::string_view batches) noexcept : rest_(batches) {}
  [[nodiscard]] step next(record_batch_head& head) noexcept;

 private:
  std::string_view rest_;
};

struct read_record {
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
  bool has_key = false;
  bool has_value = false;
  std::string_view key;
  std::string_view value;
  std::span<const header> headers;  // valid until the next one is read
};

/// The records of one batch: while (reader.next(r)) ..; then is_whole() says whether those were all it promised.
class record_reader {
 public:
  static constexpr std::int32_t headers_max = 10'000;  // of one record

  /// `raw`: the batch's records, decompressed. `headers` is used, and keeps its memory.
  record_reader(const record_batch_head& head, std::string_view raw, std::vector<header>& headers) noexcept
      : head_(&head), rest_(raw), headers_(&headers), left_(head.count) {}

  [[nodiscard]] bool next(read_record& r);
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

 private:
  [[nodiscard]] bool take_record(std::string_view of, read_record& r);
  [[nodiscard]] bool take_headers(std::string_view& of, read_record& r);

  const record_batch_head* head_;
  std::string_view rest_;
  std::vector<header>* headers_;
  std::int32_t left_;
  bool is_whole_ = false;
};

}  // namespace batching::kafka::wire
