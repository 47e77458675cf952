// Bytes of one connection that were received but cannot be used yet: the beginning of a frame, or frames that must
// wait. Empty most of the time: whole frames are read from the lane's shared scratch buffer and never come here.
// Contents above uncharged_bytes are charged to the in-flight budget, so that half-sent frames hold no memory that
// nobody counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "batching/in_flight.h"

namespace gateway::net {

class receive_buffer {
 public:
  static constexpr std::size_t uncharged_bytes = 4 * 1024;  // what each connection may hold in any case
  static constexpr std::size_t one_read_bytes = 64 * 1024;  // more than this is large (batching::receiving)
  static constexpr std::size_t padding_bytes = 64;          // readable behind the bytes, as decoders want

  explicit receive_buffer(batching::in_flight& budget) noexcept : budget_(&budget) {}
  ~receive_buffer() { release(); }
  receive_buffer(const receive_buffer&) = delete;
  receive_buffer& operator=(const receive_buffer&) = delete;

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool is_charged() const noexcept { return charged_ > 0; }
  [[nodiscard]] char* free_space() noexcept { return bytes_.get() + size_; }
  void commit(std::size_t n) noexcept { size_ += n; }

  /// Room for `capacity` bytes in all, for a frame that is then whole: among the large ones if need be. False: there is
  /// no room for so large a buffer now; nothing has changed.
  [[nodiscard]] bool reserve(std::size_t capacity);
  /// How many bytes in all may be received now, `most` at most: what cannot be kept is better left with the kernel.
  [[nodiscard]] std::size_t may_hold(std::size_t most) const noexcept;
  /// Replaces the content; `bytes` may lie within it. Never refused: may_hold() was asked before they were received.
  void assign(std::string_view bytes);
  /// Gives all memory back.
  void release() noexcept;

 private:
  [[nodiscard]] bool charge(std::size_t capacity, batching::receiving as) noexcept;
  void discharge_to(std::int64_t bytes) noexcept;
  void allocate(std::size_t capacity);

  batching::in_flight* budget_;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::int64_t charged_ = 0;
  batching::receiving charged_as_ = batching::receiving::small;
};

}  // namespace gateway::net
