// Answers the requests of one path, or of some: a dialect's side of the router. One a lane, called in the lane's
// handlers. How to add one: docs/architecture.md, "Endpoints".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/auth/principal.h"
#include "gateway/http1/exchange.h"
#include "gateway/http1/problem.h"
#include "gateway/http1/request.h"
#include "gateway/http1/target.h"
#include "gateway/runtime/lane.h"

namespace gateway::http1 {

/// Kafka's word on a topic that was not in the lane's table.
enum class kafka_word : std::uint8_t {
  not_asked,  // a problem errc::unknown_topic makes the router ask, and then call again
  answered,   // Kafka has said which topics there are
  silent,     // it did not answer in time: nobody may say that there is none
};

/// One request, as far as it is read. Views into its head: valid in the handler that made it.
struct call {
  runtime::lane& on;
  const request_head& head;
  const target& to;
  std::string_view topic = {};  // the path's segment "{topic}"; empty: it has none
  kafka_word asked = kafka_word::not_asked;
  // The request was planned before, and its body was read for it: it is not refused for want of room any more.
  bool body_is_here = false;
  auth::principal who = {};    // for whom; the door believes no other
  auth::ip_address from = {};  // the client's; behind trusted proxies the one that they name
};

/// An endpoint's reply to a call.
struct [[nodiscard]] planned {
  enum class step : std::uint8_t {
    answered,    // the reply stands
    wants_body,  // of plan(): take() comes, in this handler or, behind another plan(), in a later one
    streams,     // of plan(), of a chunked request: feed() comes with the body, the answer goes out in pieces
    waits,       // the exchange ends by exchange::finish(), or its ack's; then write()
    refused,     // `wrong` is the answer
  };
  planned(step s) noexcept : what(s) {}
  planned(problem p) noexcept : what(step::refused), wrong(std::move(p)) {}

  step what;
  std::optional<problem> wrong;
};

/// An endpoint's reply to a part of a body.
struct fed {
  enum class then : std::uint8_t {
    more,  // the rest comes again, with more behind it
    full,  // the rest comes again after exchange::tell()
    over,  // nothing more is read: the connection ends behind the answer
  };
  std::size_t taken = 0;
  then next = then::more;
};

/// The end of a body, if it has come.
enum class body_rest : std::uint8_t {
  follows,  // more, or nobody knows yet
  none,     // the client has ended the body, or its own way of sending
  unread,   // whatever the client sends: it was silent for too long, or the gateway shuts down, or has no room
};

class endpoint {
 public:
  virtual ~endpoint() = default;

  /// Everything that can be said before a body is read. Called again for the same request when its body is here and
  /// when Kafka was asked: nothing of the first call is kept but by the endpoint's own doing.
  virtual planned plan(const call& c, exchange& x) = 0;

  /// Behind a plan() that wants the body, in the same handler: `body` is whole, without its chunk framing, with
  /// decoder::padding_bytes readable behind it.
  virtual planned take(const call& c, std::string_view body, exchange& x);

  /// Behind a plan() that streams, in later handlers too: what is there of the body, without its chunk framing, from
  /// the first byte that was not taken on; decoder::padding_bytes are readable behind it. If nothing
  /// follows, the bytes that are left mean nothing once they are fed, unless the endpoint is full.
  virtual fed feed(std::string_view bytes, body_rest rest, exchange& x);

  /// The exchange waited and is due: fills in x.reply and appends the body. `timed_out`: x.deadline has passed, and
  /// the exchange ends with this answer whatever is still under way. With x.in_pieces: appends the next piece, of not
  /// much more than piece_bytes_max, and calls x.tell() if more is there already; x.reply counts in the first call.
  virtual void write(exchange& x, bool timed_out, std::string& body);
  static constexpr std::size_t piece_bytes_max = 64 * 1024;

  /// An exchange that waits ends without its answer, or with one that says so: let go of it.
  virtual void forget(exchange& x) noexcept;

  /// Adds to the answer to OPTIONS of its path, which the router has made.
  virtual void options(const request_head& head, reply& r);

  /// The answer to a request of this endpoint's that is refused; problem+json unless a dialect has its own form.
  virtual void refuse(const problem& p, reply& r);
};

}  // namespace gateway::http1
