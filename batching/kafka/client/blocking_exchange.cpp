#include "batching/kafka/client/blocking_exchange.h"

#include <poll.h>

namespace batching::kafka::client {

using stream::io_result;

// False: the time is over.
bool blocking_exchange::wait() {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - clock::now()).count();
  if (left <= 0) return false;
  pollfd one{over_.descriptor(), static_cast<short>(over_.want_write() ? POLLOUT : POLLIN), 0};
  return ::poll(&one, 1, static_cast<int>(left)) != 0;
}

bool blocking_exchange::handshake() {
  for (;;) {
    const io_result r = over_.handshake();
    if (r.is == io_result::state::done) return true;
    if (r.is != io_result::state::would_block || !wait()) return false;
  }
}

bool blocking_exchange::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const io_result r = over_.write_some(bytes);
    if (r.is == io_result::state::done)
      bytes.remove_prefix(r.bytes);
    else if (r.is != io_result::state::would_block || !wait())
      return false;
  }
  return true;
}

bool blocking_exchange::read(std::string& to, std::size_t bytes_max,
                             const std::function<bool(std::string_view, bool)>& is_enough) {
  char piece[16 * 1024];
  while (to.size() <= bytes_max) {
    const io_result r = over_.read_some(piece, sizeof piece);
    if (r.is == io_result::state::done) to.append(piece, r.bytes);
    if (r.is == io_result::state::done || r.is == io_result::state::ended) {
      if (is_enough(to, r.is == io_result::state::ended)) return true;
      if (r.is == io_result::state::ended) return false;
    } else if (r.is != io_result::state::would_block || !wait()) {
      return false;
    }
  }
  return false;
}

}  // namespace batching::kafka::client
