#include "loadgen/lines_protocol.h"

namespace loadgen {

void lines_protocol::encode(request& what) { what.wire = {what.body(), what.body_size}; }

}  // namespace loadgen
