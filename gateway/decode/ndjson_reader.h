// Reads newline-delimited JSON in windows that end at a line's end: one SIMD pass over a window, then line by line over
// its tokens. Only where that pass finds a fault is a window looked at line by line, so that a bad line stays alone.
#pragma once

#include <boost/system/result.hpp>
#include <string_view>

#include "gateway/decode/event_writer.h"
#include "gateway/decode/structural_index.h"
#include "gateway/decode/walker.h"

namespace gateway::decode {

class ndjson_reader {
 public:
  /// Text and its index stay in the first cache levels; a longer line is a window of its own.
  static constexpr std::size_t window_bytes = 32 * 1024;

  ndjson_reader(std::string_view body, event_writer& write, structural_index& tokens, walker& walk)
      : rest_(body), write_(&write), tokens_(&tokens), walk_(&walk) {}

  /// False: too many events.
  [[nodiscard]] bool run();

 private:
  std::string_view next_window() noexcept;
  bool window(std::string_view text);
  bool each_line_alone(std::string_view text);
  bool lines(std::string_view text);
  void odd_line(std::string_view line);
  bool unchecked();

  std::string_view rest_;
  event_writer* write_;
  structural_index* tokens_;
  walker* walk_;
};

}  // namespace gateway::decode
