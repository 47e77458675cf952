// The steps that a lane's HTTP sessions take together instead of session by session: the small requests of a round
// are all received before the first is read, and the answers of a cycle all written before the first is sent. Each
// step's code and data stay in the caches; what that saves stands in docs/adr/0007. Lane thread only.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <memory>
#include <vector>

#include "gateway/http1/input.h"
#include "gateway/http1/router.h"

namespace gateway::http1 {

class http_session;

class http_round {
 public:
  static constexpr std::size_t slot_bytes = 2048;  // what is larger is read by its session alone
  static constexpr std::size_t slots = 64;         // 128 KiB, which stay in the second-level cache

  explicit http_round(router& of) noexcept;
  ~http_round();
  http_round(const http_round&) = delete;
  http_round& operator=(const http_round&) = delete;

  /// The place to which the next small request may be received; at most slot_bytes.
  [[nodiscard]] char* slot();
  /// `bytes` of `s` came into slot(): it takes them in take_received().
  void received(http_session& s, std::size_t bytes);
  void take_received();

  /// `s` has answers: they are written and sent with those of the others in this cycle. At most once a cycle.
  void answer_soon(http_session& s);

 private:
  using session_ptr = boost::intrusive_ptr<http_session>;
  struct request {
    session_ptr of;
    std::size_t bytes;
  };

  void answer();
  std::size_t write_from(std::size_t first);

  router* router_;
  std::unique_ptr<char[]> slots_;  // made with the first small request
  std::vector<request> received_;  // one a used slot
  std::vector<session_ptr> due_, answering_;
  std::vector<std::size_t> written_;  // bytes of router_->out(), one a session that had its turn
};

}  // namespace gateway::http1
