// A requester has requests for brokers and takes their answers; a connection carries them. The sender is one.
// Sans-I/O: `now` is a parameter. Called on the lane's thread by connection.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "batching/batch.h"
#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/opening_requests.h"

namespace batching::kafka::client {

class requester {
 public:
  /// A connection to the broker stands; `knows` has its versions. Requests sent before are lost.
  virtual void on_connected(std::int32_t /*broker*/, const wire::api_versions_answer& /*knows*/) {}
  /// Appends this broker's next request; false: there is none now. `wall_ms`: milliseconds since 1970.
  [[nodiscard]] virtual bool next_request(std::int32_t broker, clock::time_point now, std::int64_t wall_ms,
                                          wire::buffer& to) = 0;
  /// A whole response, without its length. False: it makes no sense, the connection is to be closed (and on_lost
  /// called).
  [[nodiscard]] virtual bool on_response(std::int32_t broker, std::string_view response, clock::time_point now) = 0;
  /// The connection is gone, or never was. `newest_unsent`: not a byte of the newest request was written.
  virtual void on_lost(std::int32_t broker, bool newest_unsent) = 0;

  /// Has something for this broker, or waits for its answer: a connection is wanted.
  [[nodiscard]] virtual bool needs(std::int32_t broker) const noexcept = 0;
  /// Its oldest request is overdue: the connection is to be closed.
  [[nodiscard]] virtual bool is_overdue(std::int32_t broker, clock::time_point now) const noexcept = 0;
  [[nodiscard]] virtual std::size_t requests_in_flight(std::int32_t broker) const noexcept = 0;
  /// When the newest answered request was sent: for its round trip.
  [[nodiscard]] virtual clock::time_point answered_was_sent_at() const noexcept = 0;

 protected:
  ~requester() = default;
};

}  // namespace batching::kafka::client
