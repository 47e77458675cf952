#include "loadgen/sockets/make_protocol.h"

#include <stdexcept>

#include "loadgen/frames/protocol.h"
#include "loadgen/http/protocol.h"
#include "loadgen/lines/protocol.h"
#include "loadgen/plan/options.h"

namespace loadgen::sockets {

std::unique_ptr<wire::protocol> make_protocol(const plan::run_plan& plan) {
  switch (plan.protocol) {
    case plan::protocol_kind::http: return std::make_unique<http::protocol>(plan);
    case plan::protocol_kind::tcp: return std::make_unique<frames::protocol>(plan);
    case plan::protocol_kind::lines: return std::make_unique<lines::protocol>();
    case plan::protocol_kind::kafka: break;
  }
  throw std::logic_error("kafka:// is spoken by librdkafka, not over a socket of ours");
}

}  // namespace loadgen::sockets
