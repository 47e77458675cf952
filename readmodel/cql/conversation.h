// One connection's conversation with a Cassandra node: start-up, login, statements in flight by stream id, their
// answers. Sans-I/O: bytes in, bytes out, time is a parameter. A new one for each connection; used by the session, one
// thread.
//
//   STARTUP ──> READY                                        ──> statements
//           └─> AUTHENTICATE ──AUTH_RESPONSE──> AUTH_SUCCESS ─┘
//
// A statement that is not prepared on this connection yet waits for its PREPARE, and goes on by itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "readmodel/cql/requests.h"
#include "readmodel/cql/responses.h"
#include "readmodel/cql/server_error.h"

namespace readmodel::cql {

using clock = std::chrono::steady_clock;

/// Prepared once a connection, by its text. Without values it is sent as a plain query, and so is one whose text comes
/// after texts_max others.
struct statement {
  std::string text;
  std::vector<value> values;
  query_options options;
};

struct conversation_settings {
  std::string user = {};  // empty: no login
  std::string password = {};
  std::size_t in_flight_max = 512;                    // statements that were sent or wait for their PREPARE
  std::chrono::milliseconds answer_time_max{12'000};  // beyond Cassandra's own time-outs: the connection is dead
};

struct answer {
  std::uint64_t token = 0;
  std::variant<done, rows, server_error> is;
};

class conversation {
 public:
  static constexpr std::size_t texts_max = 48;  // that are prepared

  conversation(conversation_settings settings, clock::time_point now);

  /// Statements may be submitted.
  [[nodiscard]] bool is_ready() const noexcept { return state_ == state::ready; }
  [[nodiscard]] bool has_room() const noexcept { return is_ready() && in_flight() < settings_.in_flight_max; }
  [[nodiscard]] std::size_t in_flight() const noexcept { return under_way_.size() - preparing_ + waiting_.size(); }

  /// Only while has_room(). `what` lives until its answer was taken, or the conversation ends; `token` comes back with
  /// the answer.
  void submit(std::uint64_t token, const statement& what, clock::time_point now);

  /// The bytes to be sent; the caller takes from the front what it has sent.
  [[nodiscard]] bytes& output() noexcept { return output_; }
  /// False: the connection is of no use, see failure().
  [[nodiscard]] bool on_bytes(std::string_view received, clock::time_point now);
  [[nodiscard]] std::optional<answer> next_answer();

  /// When the oldest request will have waited too long; nullopt: none is under way.
  [[nodiscard]] std::optional<clock::time_point> deadline() const noexcept;
  [[nodiscard]] bool is_overdue(clock::time_point now) const noexcept;

  /// One sentence for people, without a secret.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  /// The node refused the login.
  [[nodiscard]] bool login_failed() const noexcept { return login_failed_; }

 private:
  enum class state : std::uint8_t { starting, logging_in, ready, failed };
  enum class step : std::uint8_t { opening, preparing, executing };

  struct request {
    step at = step::opening;
    std::uint64_t token = 0;
    const statement* what = nullptr;
    std::string text;  // of a PREPARE
    clock::time_point sent;
  };

  [[nodiscard]] bool fail(std::string why);
  [[nodiscard]] std::int16_t open_stream(request r);
  void send(std::uint64_t token, const statement& what, clock::time_point now);
  void prepare(const statement& what, clock::time_point now);
  [[nodiscard]] bool on_frame(const frame_header& header, std::string_view body, clock::time_point now);
  [[nodiscard]] bool on_opening(const response& r, clock::time_point now);
  [[nodiscard]] bool on_prepared(const request& of, response&& r, clock::time_point now);
  [[nodiscard]] bool on_executed(const request& of, response&& r, clock::time_point now);
  [[nodiscard]] bool say_who_we_are(clock::time_point now);
  void answer_waiting(const std::string& text, const server_error& with);
  void send_waiting(const std::string& text, clock::time_point now);

  conversation_settings settings_;
  state state_ = state::starting;
  bytes input_;
  bytes output_;
  std::unordered_map<std::int16_t, request> under_way_;
  std::vector<std::int16_t> free_streams_;
  std::unordered_map<std::string, bytes> prepared_;  // text -> id; texts_max at most
  std::size_t preparing_ = 0;
  std::vector<request> waiting_;  // for a PREPARE that is under way
  std::deque<answer> answers_;
  std::string failure_;
  bool login_failed_ = false;
};

}  // namespace readmodel::cql
