// Decompresses bodies in steps, one body at a time, so that other sessions of the lane have their turn between the
// steps of a large one. Asked again and again by whoever has the body; while it is busy with another one, that one goes
// first. One a router; lane thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "gateway/decode/buffer.h"
#include "gateway/decode/decompress.h"

namespace gateway::decode {

class unpacker {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using result = decompressor::result;

  static constexpr std::size_t step_bytes = 2 << 20;  // out of one step: some milliseconds
  static constexpr std::size_t bytes_kept = 1 << 20;  // of the buffer, between bodies
  /// An owner that has not asked for so long is not waited for: its body is begun again when it comes back.
  static constexpr std::chrono::milliseconds patience{250};

  /// Goes on with `in`, the body of `owner`. nullptr: not done, ask again in another turn. The result holds until
  /// forget() of that owner. `in` stays where it is meanwhile; where it does not, its work begins again.
  [[nodiscard]] const result* go_on(const void* owner, encoding how, std::string_view in, std::size_t out_max,
                                    time_point now);
  /// Its body is taken, refused, or gone.
  void forget(const void* owner) noexcept {
    if (owner == owner_) clear();
  }

 private:
  void clear() noexcept;

  decompressor with_;
  buffer out_;
  const void* owner_ = nullptr;
  std::string_view in_;
  time_point asked_at_{};
  std::optional<result> done_;
};

}  // namespace gateway::decode
