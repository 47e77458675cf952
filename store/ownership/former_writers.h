// The other producer ids that have owned the partition, as its log tells, and were not fenced since: an owner's id
// changes when Kafka forgot it or its epochs are used up, and then the new owner's marker does not fence the old id.
// Pure. Kept over restarts as the note of log_sink.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batching/kafka/wire/record_batch.h"

namespace store::ownership {

class former_writers {
 public:
  static constexpr std::size_t writers_max = 16;  // the oldest is forgotten: an id lasts for years
  static constexpr std::int16_t epoch_last = 32'767;

  /// As note() gave it; anything else is empty.
  explicit former_writers(std::string_view note = {});
  [[nodiscard]] std::string note() const;

  /// A marker that ends a transaction: only owners have them.
  void on_marker(const batching::kafka::wire::producer_identity& by);
  void on_records(const batching::kafka::wire::producer_identity& by);
  /// A record that fences the id it was written under.
  void on_fence(const batching::kafka::wire::producer_identity& under);

  /// One that is not `own`, with the highest epoch it was seen with; nullopt: all are fenced.
  [[nodiscard]] std::optional<batching::kafka::wire::producer_identity> other_than(std::int64_t own) const;

 private:
  std::vector<batching::kafka::wire::producer_identity> writers_;  // the one seen last at the end
};

}  // namespace store::ownership
