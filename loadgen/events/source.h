#pragma once

// Writes the events of one stream, one after the other, into a request's buffer: copy an image, patch its fields, seal
// it with the checksum. Belongs to one stream and its thread; allocates nothing.

#include <cstdint>
#include <string_view>
#include <vector>

#include "loadgen/events/aggregates.h"
#include "loadgen/events/images.h"

namespace loadgen::events {

struct written_event {
  std::uint32_t number;     // in the stream
  std::uint32_t aggregate;  // global
  std::uint32_t size;
};

class source {
 public:
  source(const images& images, aggregate_share share, skew how, std::uint64_t seed);

  /// Writes the next event at `at` (images.largest() bytes of room).
  written_event write(char* at, std::string_view timestamp);

  std::uint32_t written() const { return next_; }

 private:
  const images& images_;
  aggregate_share share_;
  aggregate_picker picker_;
  random_source random_;
  std::vector<std::uint32_t> sequences_;  // by local aggregate: events so far
  char stream_text_[5];                   // "SSSS-"
  std::uint32_t next_ = 0;
};

}  // namespace loadgen::events
