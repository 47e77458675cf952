#pragma once

// Places and records of a topic, in the terms the verifier needs: no type of librdkafka's.

#include <cstdint>
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
};

}  // namespace loadgen::kafka
