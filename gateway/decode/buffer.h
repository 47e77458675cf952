// Bytes that grow to a bound and are used again: where a decompressor writes. Behind what it holds,
// decoder::padding_bytes more are readable. One a lane.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace gateway::decode {

class buffer {
 public:
  static constexpr std::size_t padding_bytes = 64;

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] char* free_space() noexcept { return bytes_.get() + size_; }
  [[nodiscard]] std::size_t free_bytes() const noexcept { return capacity_ - size_; }

  void clear() noexcept { size_ = 0; }
  /// `n` more bytes have been written at free_space().
  void commit(std::size_t n) noexcept { size_ += n; }
  /// Room for `capacity` bytes in all; keeps what is there. Allocates that and the padding.
  void reserve(std::size_t capacity);
  /// Gives memory back where more than `kept` bytes are reserved. Empties the buffer then.
  void shrink(std::size_t kept) noexcept;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace gateway::decode
