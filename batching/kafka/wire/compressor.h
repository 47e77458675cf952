// Compresses the records of one batch as Kafka's codecs want it: LZ4 frames, zstd frames. One a lane, since its tables
// are used again.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "batching/kafka/wire/buffer.h"

struct ZSTD_CCtx_s;

namespace batching::kafka::wire {

/// Kafka's numbers: the lowest bits of a batch's attributes (its protocol, "Record Batch").
enum class codec : std::uint8_t { none = 0, lz4 = 3, zstd = 4 };

struct compression {
  codec with = codec::none;
  int level = 1;
};

class compressor {
 public:
  compressor();
  ~compressor();
  compressor(const compressor&) = delete;
  compressor& operator=(const compressor&) = delete;

  /// Appends `raw`, compressed. False: it would not be smaller (or the codec is none); `to` is as it was.
  [[nodiscard]] bool compress(compression how, std::string_view raw, buffer& to);

 private:
  [[nodiscard]] std::size_t lz4(int level, std::string_view raw, buffer& to);
  [[nodiscard]] std::size_t zstd(int level, std::string_view raw, buffer& to);

  struct zstd_deleter {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, zstd_deleter> zstd_;  // made with the first batch that needs it: about 1 MB
};

}  // namespace batching::kafka::wire
