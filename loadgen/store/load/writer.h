#pragma once

// A writer: reads, decides, appends with the version it decided on, and collides with the others on purpose. Sends the
// same request again until it knows what became of it, to another instance where one is gone. One a thread.

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/store/load/client.h"

namespace loadgen::store::load {

class writer : public client {
 public:
  writer(shared& run, std::uint16_t number);

  /// Until the run is over.
  void work();

 private:
  /// When the next append is due; sleeps until then. False: the run ends before.
  bool wait_for_turn(clock::time_point& due);
  void decide(history::append& next);
  void carry_out(history::append& next, clock::time_point due);
  /// One attempt, in the log where anything was sent.
  const history::attempt* attempt(history::append& next, std::uint8_t instance, append_form how);
  void learn(const history::append& done, const history::attempt& told);
  void count(const history::append& done, const history::attempt* told, clock::time_point due);
  void pause(std::uint32_t round);

  std::vector<std::uint64_t> known_;  // by aggregate: the version as this writer has last heard
  std::uint64_t turns_ = 0;
};

}  // namespace loadgen::store::load
