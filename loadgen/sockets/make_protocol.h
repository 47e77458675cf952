#pragma once

// Makes the protocol object of one connection attempt. Called by stream.

#include <memory>

#include "loadgen/plan/run_plan.h"
#include "loadgen/wire/protocol.h"

namespace loadgen::sockets {

std::unique_ptr<wire::protocol> make_protocol(const plan::run_plan& plan);

}  // namespace loadgen::sockets
