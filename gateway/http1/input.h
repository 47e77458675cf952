// Bytes of a request that is not whole yet: one session's own buffer, grown as they come and counted in the in-flight
// budget, so that a lying Content-Length reserves nothing. Empty, it holds no memory.
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/net/io_room.h"

namespace gateway::http1 {

class http_input {
 public:
  static constexpr std::size_t padding_bytes = 64;  // readable behind the bytes: decoders look ahead

  explicit http_input(net::io_room& room) noexcept : budget_(&room) {}
  ~http_input() { clear(); }
  http_input(const http_input&) = delete;
  http_input& operator=(const http_input&) = delete;

  /// Room for `capacity` bytes in all. False: there is none in the budget.
  [[nodiscard]] bool reserve(std::size_t capacity);
  /// Copies to the end. False: the budget has no room.
  [[nodiscard]] bool append(std::string_view bytes);
  [[nodiscard]] char* tail() noexcept { return bytes_ + size_; }
  [[nodiscard]] std::size_t room() const noexcept { return capacity_ - size_; }
  void commit(std::size_t n) noexcept { size_ += n; }

  [[nodiscard]] char* data() noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Keeps `size` bytes from `at` on, moved to the front.
  void keep(std::size_t at, std::size_t size) noexcept;
  void clear() noexcept;

 private:
  net::io_room* budget_;
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace gateway::http1
