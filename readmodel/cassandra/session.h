// Statements against a Cassandra cluster, many at a time, each repeated until it was acknowledged: over one connection,
// to one contact point after the other. Every statement must be idempotent, because one whose answer was lost is sent
// again. Blocks its thread; used by the projector, the rebuild and the verification, one session each.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batching/stream/byte_stream.h"
#include "readmodel/cassandra/counters.h"
#include "readmodel/cql/conversation.h"

namespace readmodel::cassandra {

struct contact_point {
  std::string host;
  std::uint16_t port = 9042;
};

struct session_settings {
  std::vector<contact_point> contact_points;
  cql::conversation_settings conversation;
  std::shared_ptr<batching::stream::tls_context> tls;  // co-owned by all sessions; nullptr: plain
  std::chrono::milliseconds connect_time_max{5'000};
  std::chrono::milliseconds patience{30'000};  // without one answer as wished: execute() gives up
  std::chrono::milliseconds pause_min{50};     // before a repeat; doubles up to pause_max, and an answer resets it
  std::chrono::milliseconds pause_max{2'000};
};

enum class errc : std::uint8_t {
  stopped,      // the stop token asked for it
  unreachable,  // no answer as wished for `patience`: what was sent may be done or not
  refused,      // the statement is wrong, this user may not do it, or no node ever let us in: an operator is needed
};

struct failure {
  errc code = errc::unreachable;
  std::string message;  // one sentence for people
};

class session {
 public:
  template <typename T>
  using result = boost::system::result<T, failure>;

  session(session_settings settings, counters& count, std::stop_token stop);

  /// All of them, at most conversation.in_flight_max at once, in no order. Returns when each was acknowledged; the
  /// answers stand in the statements' order, empty for a statement without rows.
  [[nodiscard]] result<std::vector<cql::rows>> execute(std::span<const cql::statement> all);
  [[nodiscard]] result<cql::rows> execute_one(const cql::statement& one);
  /// A long answer page by page. `take` returning false ends it early.
  [[nodiscard]] std::optional<failure> read_pages(cql::statement query, std::int32_t page_rows,
                                                  const std::function<bool(cql::rows&)>& take);

 private:
  struct work;
  enum class turn : std::uint8_t { go_on, lost };

  [[nodiscard]] bool connect();
  [[nodiscard]] bool connect_to(const contact_point& where);
  [[nodiscard]] bool await_open(int descriptor) const;
  [[nodiscard]] bool open_stream(const contact_point& where);
  [[nodiscard]] bool await_ready();
  [[nodiscard]] bool await_handshake(cql::clock::time_point deadline);
  void disconnect(const std::string& why);
  void submit_pending(work& w);
  [[nodiscard]] turn exchange(std::chrono::milliseconds wait);
  [[nodiscard]] turn read_what_is_there();
  [[nodiscard]] bool write_what_is_due();
  [[nodiscard]] std::optional<failure> take_answers(work& w);
  [[nodiscard]] std::optional<failure> on_error(work& w, std::uint64_t token, const cql::server_error& error);
  [[nodiscard]] std::optional<failure> check_patience(const work& w) const;
  void on_success();
  void pause_before_repeat(work& w);
  void sleep(std::chrono::milliseconds time) const;

  session_settings settings_;
  counters* count_;
  std::stop_token stop_;
  std::size_t next_contact_ = 0;
  batching::stream::byte_stream stream_;
  std::optional<cql::conversation> talk_;
  std::size_t in_flight_limit_;
  std::size_t successes_ = 0;  // since the limit last changed
  std::chrono::milliseconds pause_;
  std::string last_trouble_;
  bool was_ready_ = false;  // a node has let us in once: what keeps us out later may pass
  std::string refusal_;     // of a login or a certificate, by a node or by us; empty: none at the last attempt
};

}  // namespace readmodel::cassandra
