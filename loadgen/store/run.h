#pragma once

// One store run from beginning to end: load, then the topic is read back and judged. Called by main.

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "loadgen/store/check/checker.h"
#include "loadgen/store/load/load.h"
#include "loadgen/store/options.h"

namespace loadgen::store {

struct result {
  std::string started;
  load::outcome load;
  bool interrupted = false;
  std::optional<check::report> verdict;
  std::string verify_error;  // why there is none
  std::string history_file;  // empty: none was written
  std::string history_error;
  std::optional<std::chrono::nanoseconds> server_cpu;  // of all instances on this machine

  bool good() const { return verdict && verdict->sound() && history_error.empty() && load.all.written > 0; }
};

using teller = std::function<void(const std::string&)>;

/// Throws std::runtime_error when the load cannot begin. `say` is told what is waited for.
result execute(const load::load_plan& plan, const store_settings& how, const teller& say,
               const std::atomic<bool>& interrupt);

}  // namespace loadgen::store
