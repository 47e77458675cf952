#include "loadgen/store/load/reader.h"

#include <algorithm>
#include <thread>

namespace loadgen::store::load {

using history::promise;

namespace {

constexpr std::uint64_t read_limit = 50;
constexpr std::chrono::milliseconds pause{2};  // readers are there to find something out, not to be the load

}  // namespace

read_question reader::next_question() {
  read_question next;
  next.aggregate = pick_aggregate();
  next.asked = static_cast<promise>(random_.below(4));
  const board::entry told = run_.acked.of(next.aggregate);
  if (told.version == 0 && next.asked != promise::fresh) next.asked = promise::none;
  if (next.asked == promise::token || next.asked == promise::at_least) next.promised = told.version;
  next.token = told.token();
  next.limit = 1 + random_.below(read_limit);
  next.is_backward = chance(0.25);
  const std::uint64_t recent = told.version < read_limit ? 1 : told.version - read_limit + 1;
  next.from = chance(0.5) ? recent : 1 + random_.below(static_cast<std::uint32_t>(told.version) + 1);
  return next;
}

void reader::work() {
  while (!is_over()) {
    const read_question next = next_question();
    std::uint8_t instance = static_cast<std::uint8_t>(random_.below(instances()));
    for (std::uint32_t tries = 0; tries < instances() && !read(next, instance); ++tries) {
      instance = next_instance(instance);
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace loadgen::store::load
