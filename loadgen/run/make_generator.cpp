#include "loadgen/run/make_generator.h"

#include "loadgen/kafka/generator.h"
#include "loadgen/plan/options.h"
#include "loadgen/sockets/generator.h"

namespace loadgen::run {

std::unique_ptr<load::generator> make_generator(const plan::run_plan& plan, const kafka::patience& how) {
  if (plan.protocol == plan::protocol_kind::kafka) return std::make_unique<kafka::generator>(plan, how);
  return std::make_unique<sockets::generator>(plan);
}

}  // namespace loadgen::run
