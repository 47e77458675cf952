// Kafka's requests and responses as bytes: the two that this publisher needs. Sans-I/O. The versions are old ones that
// every broker since 2.1 (2018) takes, also 4.x. Source: Kafka's protocol guide.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/error_code.h"
#include "batching/kafka/wire/record_batch.h"

namespace batching::kafka::wire {

/// Of every request and response: a length of this many bytes stands in front.
inline constexpr std::size_t length_bytes = 4;
/// A response that claims more is no response: ours have some dozen bytes a partition.
inline constexpr std::size_t response_bytes_max = 8 * 1024 * 1024;

/// Appends InitProducerId, version 0.
void write_init_producer_id(buffer& to, std::int32_t correlation, std::string_view client_id);

/// Appends Produce, version 7, acks=all:
///   produce_writer w(..); w.topic("t", 2); w.begin_partition(0); write_record_batch(..); w.end_partition(); ..;
///   w.finish();
class produce_writer {
 public:
  produce_writer(buffer& to, std::int32_t correlation, std::string_view client_id, std::int32_t timeout_ms,
                 std::int32_t topics);
  void topic(std::string_view name, std::int32_t partitions);
  void begin_partition(std::int32_t partition);
  void end_partition();
  void finish();

 private:
  buffer* to_;
  std::size_t begin_;
  std::size_t records_at_ = 0;
};

/// What comes first in each response; nullopt: not a response.
[[nodiscard]] std::optional<std::int32_t> read_correlation(std::string_view response) noexcept;

struct producer_id_answer {
  error_code error = error_code::none;
  producer_identity producer;
};
[[nodiscard]] std::optional<producer_id_answer> read_init_producer_id(std::string_view response) noexcept;

struct produce_answer {
  std::string_view topic;
  std::int32_t partition = 0;
  error_code error = error_code::none;
  std::int64_t base_offset = -1;
  std::int64_t log_append_time_ms = -1;  // -1: the records keep the times they were sent with
};

/// One partition's answer after the other: while (reader.next(answer)) ..; then is_whole() says whether that was all of
/// it.
class produce_reader {
 public:
  explicit produce_reader(std::string_view response) noexcept;
  [[nodiscard]] bool next(produce_answer& answer) noexcept;
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

 private:
  std::string_view rest_;
  std::string_view topic_;
  std::int32_t topics_left_ = 0;
  std::int32_t partitions_left_ = 0;
  bool is_whole_ = false;
};

}  // namespace batching::kafka::wire
