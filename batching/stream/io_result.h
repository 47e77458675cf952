// The result of one call on a byte stream. Read by everybody who reads from a stream or writes to one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace batching::stream {

/// `bytes` counts with `done` only, where it is at least 1.
struct io_result {
  enum class state : std::uint8_t {
    done,
    would_block,  // nothing now: wait as want_read() and want_write() say
    ended,        // reading: the other side sends no more
    failed,       // the connection is lost
  };
  state is = state::failed;
  std::size_t bytes = 0;
};

}  // namespace batching::stream
