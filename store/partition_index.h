// The index of one partition as the appender and the reader see it: aggregates and their events, and up to which offset
// of the log it goes. The log is the truth; an index can always be thrown away and folded again. Implementations:
// index.h (RocksDB) and the tests' fake.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "store/aggregate_head.h"
#include "store/log_sink.h"

namespace store {

/// Views, valid during one call.
struct stored_event {
  std::uint64_t version = 0;
  std::int64_t offset = -1;
  std::int64_t timestamp_ms = 0;
  std::string_view id;
  std::string_view value;
};

/// An event to be added, with the head its aggregate has then.
struct indexed_event {
  std::string_view aggregate;
  stored_event what;
  const aggregate_head* head = nullptr;  // nullptr: not the last of its aggregate in this write
};

enum class direction : std::uint8_t { forward, backward };

class partition_index {
 public:
  template <typename T>
  using result = boost::system::result<T, std::string>;      // the error is for people
  using visitor = std::function<bool(const stored_event&)>;  // false: enough

  virtual ~partition_index() = default;

  /// Version 0: there is no such aggregate. Any thread.
  [[nodiscard]] virtual result<aggregate_head> head_of(std::string_view aggregate) const = 0;
  /// Events from version `first` on, in order; as many as the visitor takes. Any thread.
  [[nodiscard]] virtual result<void> read(std::string_view aggregate, std::uint64_t first, direction towards,
                                          const visitor& each) const = 0;
  /// All or nothing, with how far the log is in the index then. One thread at a time.
  [[nodiscard]] virtual result<void> write(std::span<const indexed_event> events, const log_position& applied) = 0;
  /// The offset behind the last record that is in the index. Any thread.
  [[nodiscard]] virtual std::int64_t applied_offset() const = 0;
  /// The position at which reading the log goes on.
  [[nodiscard]] virtual log_position applied() const = 0;
  /// Throws away what is in it. One thread at a time.
  [[nodiscard]] virtual result<void> clear() = 0;
};

}  // namespace store
