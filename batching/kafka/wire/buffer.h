// Bytes on their way to a broker: grows at its end, does not clear what it grows by, and is used again and again.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace batching::kafka::wire {

class buffer {
 public:
  /// `bytes` more at the end, uninitialised. Valid until the next extend().
  char* extend(std::size_t bytes) {
    if (size_ + bytes > capacity_) [[unlikely]]
      grow(size_ + bytes);
    char* const at = bytes_.get() + size_;
    size_ += bytes;
    return at;
  }
  void append(std::string_view text) {
    if (!text.empty()) std::memcpy(extend(text.size()), text.data(), text.size());
  }
  /// Gives back what was extended too far; `size` is at most size().
  void shrink_to(std::size_t size) noexcept { size_ = size; }
  void clear() noexcept { size_ = 0; }
  /// Forgets its bytes, and its memory where that is more than `kept_bytes`.
  void reset(std::size_t kept_bytes) noexcept {
    size_ = 0;
    if (capacity_ <= kept_bytes) return;
    bytes_.reset();
    capacity_ = 0;
  }

  [[nodiscard]] char* data() noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

 private:
  static constexpr std::size_t capacity_first = 4096;

  void grow(std::size_t needed) {
    std::size_t capacity = capacity_ == 0 ? capacity_first : capacity_;
    while (capacity < needed) capacity *= 2;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace batching::kafka::wire
