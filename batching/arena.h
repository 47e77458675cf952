// Bytes that live exactly as long as their batch: keys and values are copied here once, beside each other, and handed
// to Kafka's client by reference. Chunks double from 4 KiB to 256 KiB; what is larger gets a chunk of its own.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace batching {

class arena {
 public:
  static constexpr std::size_t chunk_bytes_first = 4 * 1024;
  static constexpr std::size_t chunk_bytes_largest = 256 * 1024;

  /// A copy that stays where it is until clear(). An empty text gives a valid, empty view.
  std::string_view copy(std::string_view text) { return copy(text, {}); }

  /// Copies of two texts, one right behind the other.
  std::string_view copy(std::string_view first, std::string_view second) {
    char* to = allocate(first.size() + second.size());
    put(to, first);
    put(to + first.size(), second);
    return {to, first.size() + second.size()};
  }

  /// Forgets everything. Keeps one chunk (the newest that is not oversized) for the next use.
  void clear() noexcept;

  [[nodiscard]] std::size_t reserved_bytes() const noexcept { return reserved_bytes_; }

 private:
  struct chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  // memcpy wants valid pointers even for no bytes, and an empty view may have none.
  static void put(char* to, std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
  }
  char* allocate(std::size_t bytes) {
    if (bytes > left_) [[unlikely]]
      return allocate_slow(bytes);
    char* p = next_;
    next_ += bytes;
    left_ -= bytes;
    return p;
  }
  char* allocate_slow(std::size_t bytes);
  void use(chunk& c) noexcept;

  // An empty copy has an address even if nothing was allocated yet: a null key or value means something else.
  static inline char nowhere_[1] = {};

  char* next_ = nowhere_;
  std::size_t left_ = 0;
  std::size_t reserved_bytes_ = 0;
  std::vector<chunk> chunks_;
};

}  // namespace batching
