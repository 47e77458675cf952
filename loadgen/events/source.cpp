#include "loadgen/events/source.h"

#include <cstring>

#include "loadgen/events/checksum.h"
#include "loadgen/events/mark.h"
#include "loadgen/units/wall_clock.h"

namespace loadgen::events {

source::source(const images& images, aggregate_share share, skew how, std::uint64_t seed)
    : images_(images),
      share_(share),
      picker_(share, how),
      random_(seed ^ (std::uint64_t{share.stream} << 40)),
      sequences_(share.local_count(), 0),
      stream_text_{'0', '0', '0', '0', '-'} {
  write_hex4(stream_text_, share.stream);
}

written_event source::write(char* at, std::string_view timestamp) {
  const image& image = images_.pick(next_);
  const std::uint32_t local = picker_.pick(random_);
  const std::uint32_t aggregate = share_.global(local);
  std::memcpy(at, image.bytes.data(), image.bytes.size());

  char* const id = at + image.mark_at;
  std::memcpy(id + mark::stream_at, stream_text_, sizeof stream_text_);
  write_hex8(id + mark::number_at, next_);
  write_hex7(id + mark::aggregate_at, aggregate);
  write_hex7(id + mark::sequence_at, ++sequences_[local]);
  for (const std::uint32_t offset : image.aggregate_at) std::memcpy(at + offset, id + mark::aggregate_at, 7);
  for (const std::uint32_t offset : image.timestamp_at) {
    std::memcpy(at + offset, timestamp.data(), units::wall_clock::text_size);
  }
  // The image's checksum digits are still '0', as the checksum is defined.
  write_hex8(id + mark::sum_at, checksum({at, image.bytes.size()}));
  return {next_++, aggregate, static_cast<std::uint32_t>(image.bytes.size())};
}

}  // namespace loadgen::events
