// A connection on its way from the listener to its session: the stream, its place among those that may be open, and who
// is at the other end. Moves; no behaviour.
#pragma once

#include "batching/stream/byte_stream.h"
#include "gateway/auth/principal.h"
#include "gateway/net/connection_limit.h"

namespace gateway::net {

struct arrival {
  batching::stream::byte_stream stream;  // non-blocking, TCP_NODELAY; TLS has shaken hands
  connection_limit::slot slot;           // lives as long as the connection
  auth::peer from;
};

}  // namespace gateway::net
