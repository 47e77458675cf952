#pragma once

// A reader: reads aggregates back that others append to, with every promise an event store gives. One a thread.

#include <cstdint>

#include "loadgen/store/load/client.h"

namespace loadgen::store::load {

class reader : public client {
 public:
  using client::client;

  /// Until the run is over.
  void work();

 private:
  read_question next_question();
};

}  // namespace loadgen::store::load
