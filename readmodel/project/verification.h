// Is what stands in Cassandra what the log gives? Reads the tables of a generation whole, folds the log a second time
// in memory, and compares every state and every row at the offset it says it shows. A projector may go on meanwhile.
// Keeps every aggregate in memory. Blocks its thread; `headgate-readmodel verify` calls it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "readmodel/project/projector.h"
#include "readmodel/project/rebuild.h"

namespace readmodel::project {

struct verification_result {
  int generation = 0;
  std::uint64_t events = 0;
  std::uint64_t aggregates = 0;
  std::uint64_t rows = 0;
  std::uint64_t fenced = 0;        // aggregates
  std::uint64_t wrong_states = 0;  // other bytes than the log gives, or at an offset that changes nothing
  std::uint64_t wrong_rows = 0;
  std::uint64_t missing_states = 0;  // below the stored position, and not there
  std::uint64_t missing_rows = 0;
  std::uint64_t digest = 0;           // of all states, in any order: equal for equal views
  std::vector<std::string> examples;  // of what is wrong; at most examples_max
  static constexpr std::size_t examples_max = 10;

  [[nodiscard]] bool is_sound() const noexcept {
    return wrong_states + wrong_rows + missing_states + missing_rows == 0;
  }
};

[[nodiscard]] std::string describe(const verification_result& r);

/// `generation` 0: the live one.
[[nodiscard]] cassandra::session::result<verification_result> verify(
    const projector_settings& settings, const fold::projection& how, cassandra::session& session, int generation,
    const std::stop_token& stop, const std::function<void(const rebuild_progress&)>& tell);

}  // namespace readmodel::project
