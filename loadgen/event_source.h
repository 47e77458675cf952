#pragma once

// Writes the events of one stream, one after the other, into a request's buffer: copy an image, patch its fields, seal
// it with the checksum. Belongs to one stream and its thread; allocates nothing.

#include <cstdint>
#include <string_view>
#include <vector>

#include "loadgen/aggregates.h"
#include "loadgen/event_images.h"

namespace loadgen {

struct written_event {
  std::uint32_t number;     // in the stream
  std::uint32_t aggregate;  // global
  std::uint32_t size;
};

class event_source {
 public:
  event_source(const event_images& images, aggregate_share share, skew how, std::uint64_t seed);

  /// Writes the next event at `at` (images.largest() bytes of room).
  written_event write(char* at, std::string_view timestamp);

  std::uint32_t written() const { return next_; }

 private:
  const event_images& images_;
  aggregate_share share_;
  aggregate_picker picker_;
  random_source random_;
  std::vector<std::uint32_t> sequences_;  // by local aggregate: events so far
  char stream_text_[5];                   // "SSSS-"
  std::uint32_t next_ = 0;
};

}  // namespace loadgen
