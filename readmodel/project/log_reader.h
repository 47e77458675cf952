// The whole topic from its first event to an end that moves, without a group: how far, how much is left. Used by the
// rebuild and the verification, on their thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "readmodel/cassandra/session.h"
#include "readmodel/project/collector.h"

namespace readmodel::project {

class log_reader {
 public:
  template <typename T>
  using result = cassandra::session::result<T>;

  [[nodiscard]] static result<log_reader> open(kafka::consumer_settings settings);

  /// The first offset of each partition.
  [[nodiscard]] kafka::offsets begins() const;
  /// The log's first events are gone: the sum of what is missing. 0: it is whole.
  [[nodiscard]] std::uint64_t missing() const noexcept;
  /// The log lost events before they were read: what was read is not the log. nullopt: it has not.
  [[nodiscard]] std::optional<cassandra::failure> overtaken() const;
  /// Asks Kafka for the ends as they are now.
  [[nodiscard]] std::optional<cassandra::failure> ask_ends();
  [[nodiscard]] bool is_at_end() const noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept;
  [[nodiscard]] std::uint64_t left() const noexcept;

  /// Empty: nothing came within the time.
  [[nodiscard]] collected next(const batch_limits& limits, std::chrono::milliseconds patience);

 private:
  struct part {
    std::int64_t first = 0;
    std::int64_t next = 0;
    std::int64_t end = 0;
  };
  explicit log_reader(std::unique_ptr<kafka::consumer> from) : from_(std::move(from)) {}

  std::unique_ptr<kafka::consumer> from_;
  std::map<std::int32_t, part> parts_;
};

}  // namespace readmodel::project
