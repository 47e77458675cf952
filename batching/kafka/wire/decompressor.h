// Decompresses record batches of Kafka's clients: gzip, snappy, LZ4 frames, zstd frames. The size of its output is
// bounded. One a lane; keeps its contexts from batch to batch.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "batching/kafka/wire/buffer.h"

namespace batching::kafka::wire {

class decompressor {
 public:
  static constexpr std::size_t raw_bytes_max = 64 * 1024 * 1024;

  enum class result : std::uint8_t {
    done,
    damaged,    // truncated, or not that format
    too_large,  // more than `bytes_max` would come out
    unknown,    // a codec that we do not read
  };

  /// The codec's name as Kafka's options have it; "unknown" for a number without one.
  [[nodiscard]] static std::string_view name_of(int codec_number) noexcept;

  explicit decompressor(std::size_t bytes_max = raw_bytes_max);
  ~decompressor();
  decompressor(const decompressor&) = delete;
  decompressor& operator=(const decompressor&) = delete;

  /// `codec_number`: as it stands in a batch's attributes; 0 copies nothing and is not asked for. `raw` is cleared
  /// first.
  [[nodiscard]] result run(int codec_number, std::string_view packed, buffer& raw);

 private:
  struct contexts;
  [[nodiscard]] result gzip(std::string_view packed, buffer& raw);
  /// In snappy-java's blocks, as Java clients write them, or one bare block, as librdkafka does.
  [[nodiscard]] result snappy(std::string_view packed, buffer& raw) const;
  [[nodiscard]] result snappy_block(std::string_view packed, buffer& raw) const;
  [[nodiscard]] result lz4(std::string_view packed, buffer& raw);
  [[nodiscard]] result zstd(std::string_view packed, buffer& raw);

  /// Room for the next piece; nullptr: no more may come.
  [[nodiscard]] char* next_piece(buffer& raw, std::size_t& room) const;

  std::size_t bytes_max_;
  std::unique_ptr<contexts> contexts_;
};

}  // namespace batching::kafka::wire
