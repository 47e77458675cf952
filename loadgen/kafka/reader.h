#pragma once

// Reads a topic for the verifier: where its partitions begin and end, and every record between two offsets, partition
// by partition in order. Bounded memory. No consumer group, nothing committed. Waits for what passes by itself.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/kafka/client.h"
#include "loadgen/kafka/patience.h"
#include "loadgen/kafka/records.h"
#include "loadgen/kafka/wait.h"

namespace loadgen::kafka {

class reader {
 public:
  /// `properties`: further librdkafka settings, `name=value`.
  reader(const std::string& brokers, std::string topic, const std::vector<std::string>& properties, patience how = {});
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

  /// Of each record the values of these headers are handed over, too.
  void want_headers(std::vector<std::string> names) { headers_ = std::move(names); }

  /// First and end offset of every partition now. Throws failure.
  std::vector<partition_span> spans();

  /// The same once the topic has been still for `settle`: what nobody answered for may still arrive. A topic that
  /// others write to is never still: settle_max at most.
  std::vector<partition_span> settled_spans(std::chrono::nanoseconds settle);
  static constexpr std::chrono::minutes settle_max{1};

  using record_handler = std::function<void(const record_view&)>;
  using progress_handler = std::function<void(double share)>;

  /// Every record of these spans. Throws failure, also when nothing comes for `patience::wait_max`.
  void read(const std::vector<partition_span>& spans, const record_handler& handle, const progress_handler& progress);

 private:
  static void on_error(rd_kafka_t*, int error, const char* text, void* self) noexcept;

  std::vector<std::int32_t> partitions(wait& until);
  partition_span span_of(std::int32_t partition, wait& until);
  void pause_after(rd_kafka_resp_err_t error, const std::string& where, wait& until);
  void take_notes(wait& until);

  const std::string topic_;
  const std::string brokers_;
  const patience how_;
  std::vector<std::string> headers_;
  // The last words of librdkafka beside its answers; written within rd_kafka_poll() of take_notes().
  rd_kafka_resp_err_t noted_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string noted_;
  client_handle client_;
};

}  // namespace loadgen::kafka
