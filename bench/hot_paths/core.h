// The way of an event through everything of ours but the sockets and librdkafka: decoded, taken in by a real lane,
// grouped, settled at once by a publisher that only pretends, and answered. The microbenches time it, the instruction
// guard counts its instructions, and the allocation test its allocations.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "batching/in_flight.h"
#include "batching/publisher.h"
#include "gateway/decode/decoder.h"
#include "gateway/frames/record_reader.h"
#include "gateway/runtime/lane.h"

namespace bench::hot_paths {

/// Settles every batch where it stands, as if Kafka had answered.
class instant_publisher final : public batching::publisher {
 public:
  void publish(std::unique_ptr<batching::batch> sealed) noexcept override;

 private:
  std::int64_t next_offset_ = 0;
};

struct quiet_world final : gateway::runtime::world {
  [[nodiscard]] std::string not_ready_reason() const override { return {}; }
  [[nodiscard]] int retry_after_seconds() const noexcept override { return 1; }
  void refresh_topics(gateway::runtime::lane&, std::function<void(bool answered)> done) override { done(true); }
};

struct core_shape {
  std::size_t events_per_request = 100;
  std::size_t event_bytes = 256;
  std::int32_t partitions = 12;
  bool validate = true;
};

class core final : public batching::ack_listener {
 public:
  explicit core(const core_shape& shape);
  ~core();

  /// One whole request: decode(), then submit() and answer.
  void ndjson_request();
  /// The next request's body into events.
  void decode();
  /// Takes the decoded events through the lane until their answer is written.
  void submit();
  /// The record block of a frame of as many events into events.
  void decode_frame();

  [[nodiscard]] std::uint64_t answered_events() const noexcept { return answered_events_; }
  /// The last answer's body.
  [[nodiscard]] const std::string& answer() const noexcept { return answer_; }
  [[nodiscard]] gateway::runtime::lane& lane() noexcept { return *lane_; }

  void on_acked(batching::ack& settled) noexcept override;

 private:
  static constexpr std::size_t bodies = 32;

  std::shared_ptr<const gateway::config::settings> settings_;
  quiet_world world_;
  instant_publisher publisher_;
  batching::in_flight budget_;
  std::unique_ptr<gateway::runtime::lane> lane_;
  batching::topic_entry topic_;
  gateway::decode::decoder decoder_;
  gateway::decode::key_finder keys_;
  gateway::decode::decode_options how_;
  gateway::frames::record_reader records_;
  std::vector<std::string> bodies_;
  std::vector<std::string> blocks_;
  std::size_t next_ = 0;
  std::size_t events_per_request_;
  std::uint64_t answered_events_ = 0;
  std::string answer_;
};

}  // namespace bench::hot_paths
