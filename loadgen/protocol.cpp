#include "loadgen/protocol.h"

#include <stdexcept>

#include "loadgen/frame_protocol.h"
#include "loadgen/http_protocol.h"
#include "loadgen/lines_protocol.h"
#include "loadgen/plan.h"

namespace loadgen {

std::unique_ptr<protocol> make_protocol(const run_plan& plan) {
  switch (plan.protocol) {
    case protocol_kind::http: return std::make_unique<http_protocol>(plan);
    case protocol_kind::tcp: return std::make_unique<frame_protocol>(plan);
    case protocol_kind::lines: return std::make_unique<lines_protocol>();
    case protocol_kind::kafka: break;
  }
  throw std::logic_error("kafka:// is spoken by librdkafka, not over a socket of ours");
}

}  // namespace loadgen
