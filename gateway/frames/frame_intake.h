// A PUBLISH frame in the door's words: what it asks for, and its record block as events. One a lane, shared by its TCP
// sessions, which call it; knows no socket.
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/frames/protocol.h"
#include "gateway/frames/record_body.h"
#include "gateway/ingress/door.h"

namespace gateway::frames {

/// The meaning of the door's refusal for a connection: this frame is refused with a status, or the connection ends
/// with an error.
struct refusal_meaning {
  std::optional<frame_status> status;
  error_code ends_with = error_code::internal;
};
[[nodiscard]] refusal_meaning meaning_of(ingress::errc) noexcept;

class frame_intake {
 public:
  explicit frame_intake(ingress::door& to) : door_(&to), records_(to) {}

  /// `from` views into bytes with decoder::padding_bytes readable behind them. `waited`: since it was `full` for the
  /// first time. `asked_kafka`: the frame was told unknown_topic before. On `taken` the ack is not sealed yet.
  [[nodiscard]] ingress::answer take(const publish& from, auth::principal who, const auth::ip_address& client,
                                     batching::clock::duration waited, batching::ack_listener& listener,
                                     bool asked_kafka);
  [[nodiscard]] ingress::door& door() noexcept { return *door_; }
  [[nodiscard]] runtime::lane& on() noexcept { return door_->on(); }

 private:
  ingress::door* door_;
  record_body records_;
};

}  // namespace gateway::frames
