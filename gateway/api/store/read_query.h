// The query of a read: range, what must be visible, whether Kafka is asked. Pure.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>

#include "gateway/config/settings.h"
#include "gateway/http1/problem.h"
#include "gateway/http1/target.h"
#include "store/reader.h"

namespace gateway::api::store {

struct read_query {
  ::store::read_range range;
  std::uint64_t at_least = 0;      // a version
  std::int64_t token_offset = -1;  // of `token`
  std::int32_t token_partition = -1;
  bool fresh = false;
  std::chrono::milliseconds wait{};

  static constexpr std::chrono::milliseconds wait_default{5000};
  static constexpr std::uint64_t limit_default = 1000;

  [[nodiscard]] bool waits() const noexcept { return at_least > 0 || token_offset >= 0; }
  static boost::system::result<read_query, http1::problem> read(const http1::target& to, const config::limits& limits);
};

}  // namespace gateway::api::store
