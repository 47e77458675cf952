// Kafka's requests and responses as bytes: the two that this publisher needs. Sans-I/O. Produce 7 is what every broker
// since 2.1 (2018) takes, also 4.x; from 8 on (2.4) the answer names the record that was refused, from 10 on (3.7) who
// leads the partition now. Source: Kafka's protocol guide.
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

inline constexpr std::int16_t produce_lowest = 7;  // the first one that takes zstd
inline constexpr std::int16_t produce_names_culprits = 8;
inline constexpr std::int16_t produce_flexible = 9;
inline constexpr std::int16_t produce_newest = 11;  // 12 is about transactions, 13 names topics by their ids

/// Appends Produce, version 7 to 11, acks=all:
///   produce_writer w(..); w.topic("t", 2); w.begin_partition(0); write_record_batch(..); w.end_partition(); ..;
///   w.finish();
class produce_writer {
 public:
  produce_writer(buffer& to, std::int32_t correlation, std::string_view client_id, std::int32_t timeout_ms,
                 std::int32_t topics, std::int16_t version = produce_lowest);
  void topic(std::string_view name, std::int32_t partitions);
  void begin_partition(std::int32_t partition);
  void end_partition();
  void finish();

 private:
  buffer* to_;
  [[nodiscard]] bool is_flexible() const noexcept { return version_ >= produce_flexible; }

  std::size_t begin_;
  std::int16_t version_;
  bool has_topic_ = false;
  std::size_t records_at_ = 0;
};

/// Reads the correlation id, which comes first in each response; nullopt: not a response.
[[nodiscard]] std::optional<std::int32_t> read_correlation(std::string_view response) noexcept;

/// How long a broker wants us to be silent, where that stands in front: in the answer to all requests here but Produce.
[[nodiscard]] std::int32_t read_throttle(std::string_view response) noexcept;

struct producer_id_answer {
  error_code error = error_code::none;
  producer_identity producer;
  std::int32_t throttle_ms = 0;
};
[[nodiscard]] std::optional<producer_id_answer> read_init_producer_id(std::string_view response) noexcept;

struct produce_answer {
  std::string_view topic;
  std::int32_t partition = 0;
  error_code error = error_code::none;
  std::int64_t base_offset = -1;
  std::int64_t log_append_time_ms = -1;  // -1: the records keep the times they were sent with
  std::int32_t culprit = -1;             // the first record that was refused, in its batch; -1: Kafka does not say
  std::string_view error_text{};         // of Kafka, for people; empty: none
  std::int32_t leader = -1;              // the broker that leads the partition now; -1: Kafka does not say
};

/// One partition's answer after the other: while (reader.next(answer)) ..; then is_whole() says whether that was all of
/// it.
class produce_reader {
 public:
  explicit produce_reader(std::string_view response, std::int16_t version = produce_lowest) noexcept;
  [[nodiscard]] bool next(produce_answer& answer) noexcept;
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }
  /// Once it is whole: nothing is to be sent for so long.
  [[nodiscard]] std::int32_t throttle_ms() const noexcept { return throttle_ms_; }

 private:
  [[nodiscard]] bool is_flexible() const noexcept { return version_ >= produce_flexible; }
  [[nodiscard]] bool take_text_of(std::string_view& text) noexcept;
  [[nodiscard]] bool take_count_of(std::int32_t& count) noexcept;
  [[nodiscard]] bool end_topic() noexcept;
  [[nodiscard]] bool take_end(produce_answer& answer) noexcept;
  [[nodiscard]] bool take_culprits(produce_answer& answer) noexcept;

  std::string_view rest_;
  std::int16_t version_;
  std::int32_t throttle_ms_ = 0;
  std::string_view topic_;
  std::int32_t topics_left_ = 0;
  std::int32_t partitions_left_ = 0;
  bool has_topic_ = false;  // its partitions were read, what ends it was not
  bool is_whole_ = false;
};

}  // namespace batching::kafka::wire
