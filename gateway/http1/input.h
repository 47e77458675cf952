// Bytes of a request that is not whole yet: one session's own buffer, grown as they come and counted in the in-flight
// budget beyond uncharged_bytes, so that a lying Content-Length reserves nothing. Empty, it holds no memory.
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/net/io_room.h"

namespace gateway::http1 {

class http_input {
 public:
  static constexpr std::size_t padding_bytes = 64;  // readable behind the bytes: decoders look ahead
  // Each connection may hold so much in any case: a head and a small body in two pieces need nobody's room.
  static constexpr std::size_t uncharged_bytes = 4096;

  explicit http_input(net::io_room& room) noexcept : room_(&room) {}
  ~http_input() { clear(); }
  http_input(const http_input&) = delete;
  http_input& operator=(const http_input&) = delete;

  /// Room for `capacity` bytes in all. False: there is none in the budget.
  [[nodiscard]] bool reserve(std::size_t capacity);
  /// The same beyond the listener's room, if nobody else goes beyond it now.
  [[nodiscard]] bool reserve_beyond(std::size_t capacity);
  /// Copies to the end what was read already.
  void append(std::string_view bytes);
  [[nodiscard]] char* tail() noexcept { return bytes_ + size_; }
  [[nodiscard]] std::size_t room() const noexcept { return capacity_ - size_; }
  void commit(std::size_t n) noexcept { size_ += n; }

  [[nodiscard]] char* data() noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t charged_bytes() const noexcept { return charged_; }

  /// Others wait for room, and this one holds much of it, or goes beyond it.
  [[nodiscard]] bool is_in_the_way() const noexcept {
    return charged_ > 0 && room_->is_crowded() && (overdraws_ || room_->is_much(charged_));
  }

  /// Keeps `size` bytes from `at` on, moved to the front.
  void keep(std::size_t at, std::size_t size) noexcept;
  void clear() noexcept;

 private:
  [[nodiscard]] static std::size_t charge_for(std::size_t capacity) noexcept {
    return capacity > uncharged_bytes ? capacity : 0;
  }
  void charge(std::size_t capacity) noexcept;
  void note_charge(std::size_t bytes) noexcept;
  void discharge() noexcept;
  void give_back_overdraft() noexcept;
  bool resize(std::size_t capacity);

  net::io_room* room_;
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t charged_ = 0;
  bool overdraws_ = false;
};

}  // namespace gateway::http1
