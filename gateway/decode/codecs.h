// The streaming decompressors behind one shape, for decompressor only: each turns some input into some output until its
// stream ends. They know nothing of bounds or buffers.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace gateway::decode {

/// One call's progress.
struct codec_step {
  std::size_t read = 0;
  std::size_t written = 0;
  bool frame_done = false;        // this member or frame is complete, checksums included
  const char* problem = nullptr;  // not nullptr: cannot go on
};

class codec {
 public:
  virtual ~codec() = default;
  /// Before each body.
  virtual void begin() = 0;
  /// Another member or frame follows the one that is done.
  virtual void next_frame() = 0;
  virtual codec_step step(std::string_view in, char* out, std::size_t out_bytes) = 0;
  /// The size that the frame at the start of `in` announces; 0: it does not say.
  [[nodiscard]] virtual std::size_t announced_bytes(std::string_view) const { return 0; }
  /// Gives back memory above `kept`.
  virtual void shrink(std::size_t kept) = 0;
};

std::unique_ptr<codec> make_gzip();
std::unique_ptr<codec> make_deflate();
std::unique_ptr<codec> make_zstd();
std::unique_ptr<codec> make_lz4();

}  // namespace gateway::decode
