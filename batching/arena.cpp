#include "batching/arena.h"

#include <algorithm>

namespace batching {

char* arena::allocate_slow(std::size_t bytes) {
  const std::size_t grown =
      chunks_.empty() ? chunk_bytes_first : std::min(chunks_.back().size * 2, chunk_bytes_largest);
  const std::size_t size = std::max(grown, bytes);
  chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  reserved_bytes_ += size;
  use(chunks_.back());
  return allocate(bytes);
}

void arena::use(chunk& c) noexcept {
  next_ = c.bytes.get();
  left_ = c.size;
}

void arena::clear() noexcept {
  const auto keep =
      std::find_if(chunks_.rbegin(), chunks_.rend(), [](const chunk& c) { return c.size <= chunk_bytes_largest; });
  if (keep == chunks_.rend()) {
    chunks_.clear();
    next_ = nowhere_;
    left_ = reserved_bytes_ = 0;
    return;
  }
  std::swap(chunks_.front(), *keep);
  chunks_.erase(chunks_.begin() + 1, chunks_.end());
  reserved_bytes_ = chunks_.front().size;
  use(chunks_.front());
}

}  // namespace batching
