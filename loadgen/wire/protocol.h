#pragma once

// Turns a stream's requests into bytes and the server's bytes into answers. One object a connection attempt; owns no
// socket and no clock. Implemented in http/, frames/ and lines/; called by sockets/stream.h.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/answers/answer.h"
#include "loadgen/wire/request.h"

namespace loadgen::wire {

/// The answer to the oldest unanswered request.
struct answered {
  answers::answer what;
  std::uint64_t request_id;
};

class protocol {
 public:
  virtual ~protocol() = default;

  /// The bytes to send when the connection is up, before any request.
  virtual std::string greeting() { return {}; }

  /// Whether a request may be sent now (handshake done, credit left).
  virtual bool ready(const request&) const { return true; }

  /// Lays out `wire` of the request: its events are in place.
  virtual void encode(request& what) = 0;

  /// Called with each request, in order, when its bytes go out.
  virtual void sending(const request& what) = 0;

  /// Takes received bytes; appends the answers in them, in order, to `answers`. False: the bytes make no sense, and
  /// `complaint()` says why; the connection is of no more use.
  virtual bool receive(std::string_view bytes, std::deque<answered>& answers) = 0;

  /// The server closed. May complete an answer that ends with the connection.
  virtual void closed(std::deque<answered>&) {}

  /// Bytes that the protocol itself has to send (pong); the call takes them.
  virtual std::string outgoing() { return {}; }

  /// No further request can be sent on this connection.
  virtual bool exhausted() const { return false; }

  /// When the server ends the connection and says that it did not take the requests from this id on.
  virtual std::optional<std::uint64_t> untaken_from() const { return std::nullopt; }

  /// True where the server never answers: a request is settled once its bytes are out.
  virtual bool silent() const { return false; }

  /// A request that did not leave whole cannot have been taken in part.
  virtual bool all_or_nothing() const { return true; }

  virtual const std::string& complaint() const = 0;
};

}  // namespace loadgen::wire
