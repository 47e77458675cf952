// One request under way on a connection: from the moment its head is read to the moment its answer is written. The
// router makes and reuses them, a conversation keeps its own in the order of the requests, an endpoint fills one in.
// Lane thread only.
#pragma once

#include <cstring>
#include <memory>
#include <type_traits>

#include "batching/ack.h"
#include "batching/batch.h"
#include "gateway/auth/client.h"
#include "gateway/decode/decompress.h"
#include "gateway/http1/reply.h"
#include "metrics/recorder.h"

namespace gateway::http1 {

class exchange;
class endpoint;

/// The owner of an exchange is told that it has its answer, or a piece of it: the conversation.
class exchange_owner {
 public:
  virtual void on_answered(exchange& x) noexcept = 0;

 protected:
  ~exchange_owner() = default;
};

/// The state that an endpoint keeps for an exchange if remember() is too small.
class exchange_state {
 public:
  virtual ~exchange_state() = default;
};

class exchange final : public batching::ack_listener {
 public:
  static constexpr std::size_t remembered_bytes_max = 16;

  void on_acked(batching::ack&) noexcept override { finish(); }
  /// The whole answer can be written now: the reply stands, or `by` writes it.
  void finish() noexcept {
    answered = true;
    if (owner != nullptr) owner->on_answered(*this);
  }
  /// With `in_pieces`: there is something to write, and more will come.
  void tell() noexcept {
    piece_due = true;
    if (owner != nullptr) owner->on_answered(*this);
  }

  /// A few bytes from take() to write().
  template <typename Value>
  void remember(const Value& v) noexcept {
    static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= remembered_bytes_max);
    std::memcpy(remembered_, &v, sizeof v);
  }
  template <typename Value>
  [[nodiscard]] Value recall() const noexcept {
    static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= remembered_bytes_max);
    Value v;
    std::memcpy(&v, remembered_, sizeof v);
    return v;
  }

  exchange_owner* owner = nullptr;
  exchange* next = nullptr;
  auth::client* client = nullptr;  // the connection's, from route() on
  batching::ack* ack = nullptr;    // events under way
  endpoint* by = nullptr;          // writes the answer when it is due; nullptr: `reply` is the answer
  // In take(): the body without its Content-Encoding, or why there is none; nullptr: it had none.
  const decode::decompressor::result* unpacked = nullptr;
  http1::reply reply;
  std::unique_ptr<exchange_state> state;
  metrics::route route = metrics::route::other;
  bool answered = false;
  bool in_pieces = false;        // the answer goes out as it comes, without a length
  bool piece_due = false;        // with in_pieces
  bool head_written = false;     // with in_pieces
  bool is_work = false;          // reading its body took long enough for others to have their turn behind it
  bool withdrawn = false;        // its time is over: what was never sent is being taken back (runtime::lane::withdraw)
  bool closes = false;           // the connection ends behind this answer
  bool without_body = false;     // HEAD
  bool says_keep_alive = false;  // HTTP/1.0 asked for it
  bool is_old = false;           // HTTP/1.0, which knows no chunks
  batching::clock::time_point started{};
  batching::clock::time_point deadline{};  // of an answer that waits

 private:
  alignas(8) unsigned char remembered_[remembered_bytes_max];
};

}  // namespace gateway::http1
