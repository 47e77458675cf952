// The way from a sealed batch to Kafka and back without a socket: a sender writes its requests, a broker that takes
// everything answers. As core.h, for the microbenches, the instruction guard and the allocation test.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "batching/kafka/producer/sender.h"
#include "bench/references/event_pool.h"

namespace bench::hot_paths {

class kafka_end final : public batching::batch_home {
 public:
  static constexpr std::int32_t partitions = 12;
  static constexpr std::size_t records = 64;  // a batch
  static constexpr std::size_t events = partitions * records;

  explicit kafka_end(batching::kafka::wire::compression how = {});

  /// A batch for each partition is filled, sent, answered and back.
  void exchange();
  [[nodiscard]] std::uint64_t settled() const noexcept { return settled_; }

  void take_back(std::unique_ptr<batching::batch> settled) noexcept override;

 private:
  std::unique_ptr<batching::batch> filled(std::int32_t partition);
  void take_answer(std::string& response);

  references::event_pool pool_;
  std::shared_ptr<batching::topic> topic_;
  std::vector<std::unique_ptr<batching::batch>> home_;
  batching::kafka::producer::sender sender_;
  batching::kafka::wire::buffer bytes_;
  std::string producer_response_, produce_response_;
  std::size_t next_ = 0;
  std::uint64_t settled_ = 0;
  std::int32_t correlation_ = 0;
};

}  // namespace bench::hot_paths
