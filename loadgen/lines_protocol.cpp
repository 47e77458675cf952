#include "loadgen/lines_protocol.h"

#include "loadgen/http_protocol.h"
#include "loadgen/plan.h"
#include "loadgen/units.h"

namespace loadgen {

void lines_protocol::encode(request& what) { what.wire = {what.body(), what.body_size}; }

std::unique_ptr<protocol> make_protocol(const run_plan& plan) {
  switch (plan.protocol) {
    case protocol_kind::http: return std::make_unique<http_protocol>(plan);
    case protocol_kind::lines: return std::make_unique<lines_protocol>();
    case protocol_kind::tcp:
    case protocol_kind::kafka: break;
  }
  throw usage_error("--protocol " + std::string(name_of(plan.protocol)) + " is not spoken over a socket here");
}

}  // namespace loadgen
