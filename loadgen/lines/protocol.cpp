#include "loadgen/lines/protocol.h"

namespace loadgen::lines {

void protocol::encode(wire::request& what) { what.wire = {what.body(), what.body_size}; }

}  // namespace loadgen::lines
