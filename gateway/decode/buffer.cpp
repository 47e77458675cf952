#include "gateway/decode/buffer.h"

#include <cstring>

#include "gateway/decode/decoder.h"

namespace gateway::decode {

static_assert(buffer::padding_bytes == decoder::padding_bytes);

void buffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_ && bytes_) return;
  auto larger = std::make_unique_for_overwrite<char[]>(capacity + padding_bytes);
  if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
  std::memset(larger.get() + capacity, 0, padding_bytes);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

void buffer::shrink(std::size_t kept) noexcept {
  if (capacity_ <= kept) return;
  bytes_.reset();
  size_ = capacity_ = 0;
}

}  // namespace gateway::decode
