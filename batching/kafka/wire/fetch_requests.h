// Reading a log: ListOffsets 5 and Fetch 11 (the newest one with topic names; Kafka 2.3 has it), without fetch
// sessions, read_uncommitted. Sans-I/O. Source: Kafka's protocol guide.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/error_code.h"
#include "batching/kafka/wire/transaction_requests.h"

namespace batching::kafka::wire {

enum class log_end : std::int64_t { latest = -1, earliest = -2 };

/// Of one partition.
void write_list_offsets(buffer& to, request_id id, std::string_view topic, std::int32_t partition, log_end which);
struct offset_answer {
  error_code error = error_code::none;
  std::int64_t offset = -1;
};
[[nodiscard]] std::optional<offset_answer> read_list_offsets(std::string_view response) noexcept;

struct fetch_partition {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t from_offset = 0;
};
struct fetch_bounds {
  std::chrono::milliseconds wait_max{0};  // the broker waits so long for something to be there
  std::int32_t bytes_max = 1024 * 1024;   // of all partitions; one record batch that is larger comes all the same
  std::int32_t partition_bytes_max = 512 * 1024;
};
/// `partitions` of one topic are neighbours.
void write_fetch(buffer& to, request_id id, std::span<const fetch_partition> partitions, const fetch_bounds& bounds);

struct fetch_answer {
  std::string_view topic;
  std::int32_t partition = 0;
  error_code error = error_code::none;
  std::int64_t end_offset = -1;    // Kafka's high watermark
  std::int64_t start_offset = -1;  // the first one that is still there
  std::string_view record_batches;
};

/// One partition's answer after the other: while (reader.next(answer)) ..; then is_whole() says whether that was all of
/// it. error() is that of the whole request.
class fetch_reader {
 public:
  explicit fetch_reader(std::string_view response) noexcept;
  [[nodiscard]] error_code error() const noexcept { return error_; }
  [[nodiscard]] bool next(fetch_answer& answer) noexcept;
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

 private:
  [[nodiscard]] bool take_partition(fetch_answer& answer) noexcept;

  std::string_view rest_;
  std::string_view topic_;
  error_code error_ = error_code::none;
  std::int32_t topics_left_ = -1;
  std::int32_t partitions_left_ = 0;
  bool is_whole_ = false;
};

}  // namespace batching::kafka::wire
