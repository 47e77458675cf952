// One request under way on a connection: from the moment its head is read to the moment its answer is written. Sessions
// keep theirs in the order of the requests and reuse them.
#pragma once

#include "batching/ack.h"
#include "batching/batch.h"
#include "gateway/api/v1/answer.h"
#include "gateway/http1/reply.h"
#include "metrics/recorder.h"

namespace gateway::api {

class exchange;

/// Who is told that an exchange has its answer: the session.
class exchange_owner {
 public:
  virtual void on_answered(exchange& x) noexcept = 0;

 protected:
  ~exchange_owner() = default;
};

class exchange final : public batching::ack_listener {
 public:
  void on_acked(batching::ack&) noexcept override {
    answered = true;
    if (owner != nullptr) owner->on_answered(*this);
  }

  exchange_owner* owner = nullptr;
  exchange* next = nullptr;
  batching::ack* ack = nullptr;  // events under way; the answer is written from it
  http1::reply reply;            // the answer itself, where there is no ack
  v1::answer_how how;
  metrics::route route = metrics::route::other;
  bool answered = false;
  bool is_work = false;          // reading its body took long enough for others to have their turn behind it
  bool withdrawn = false;        // its time is over: what was never sent is being taken back (runtime::lane::withdraw)
  bool closes = false;           // the connection ends behind this answer
  bool without_body = false;     // HEAD
  bool says_keep_alive = false;  // HTTP/1.0 asked for it
  batching::clock::time_point started{};
  batching::clock::time_point deadline{};  // of the answer, with `ack`
};

}  // namespace gateway::api
