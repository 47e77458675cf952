#include "batching/event.h"

#include <algorithm>

namespace batching {

std::span<const header> events::keep(std::span<const header> first, std::span<const header> more) {
  const std::size_t wanted = first.size() + more.size();
  if (header_chunks_.empty() || header_chunks_.back().size - headers_kept_ < wanted) {
    const std::size_t size = std::max(chunk_headers, wanted);
    header_chunks_.push_back({std::make_unique<header[]>(size), size});
    headers_kept_ = 0;
  }
  header* const kept = header_chunks_.back().headers.get() + headers_kept_;
  std::ranges::copy(more, std::ranges::copy(first, kept).out);
  headers_kept_ += wanted;
  return {kept, wanted};
}

}  // namespace batching
