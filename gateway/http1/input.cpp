#include "gateway/http1/input.h"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace gateway::http1 {

bool http_input::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return true;
  const std::size_t more = capacity - capacity_;
  if (!budget_->reserve(more)) return false;
  // realloc: large buffers grow by remapping pages instead of copying them.
  void* grown = std::realloc(bytes_, capacity + padding_bytes);
  if (grown == nullptr) {
    budget_->release(more);
    return false;
  }
  bytes_ = static_cast<char*>(grown);
  capacity_ = capacity;
  return true;
}

bool http_input::append(std::string_view bytes) {
  if (!reserve(size_ + bytes.size())) return false;
  std::memcpy(tail(), bytes.data(), bytes.size());
  commit(bytes.size());
  return true;
}

void http_input::keep(std::size_t at, std::size_t size) noexcept {
  if (size == 0) return clear();
  if (at != 0) std::memmove(bytes_, bytes_ + at, size);
  size_ = size;
}

void http_input::clear() noexcept {
  if (capacity_ != 0) budget_->release(capacity_);
  std::free(std::exchange(bytes_, nullptr));
  size_ = capacity_ = 0;
}

}  // namespace gateway::http1
