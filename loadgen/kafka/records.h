#pragma once

// Places and records of a topic, in the terms the verifier needs: no type of librdkafka's.

#include <cstdint>
#include <span>
#include <string_view>

namespace loadgen::kafka {

struct partition_span {
  std::int32_t partition;
  std::int64_t first;
  std::int64_t end;  // one past the last offset
};

struct record_view {
  std::int32_t partition;
  std::int64_t offset;
  std::string_view key;
  std::string_view value;
  std::span<const std::string_view> headers = {};  // those that were asked for, in that order; empty: it has none
};

}  // namespace loadgen::kafka
