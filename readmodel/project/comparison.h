// Two generations of a projection, aggregate by aggregate. Reads both state tables whole; keeps one hash an aggregate.
// Used by the rebuild.
#pragma once

#include <cstdint>
#include <string>

#include "readmodel/cassandra/session.h"
#include "readmodel/tables/statements.h"

namespace readmodel::project {

struct comparison {
  std::uint64_t identical = 0;   // same bytes at the same offset
  std::uint64_t different = 0;   // other bytes at the same offset
  std::uint64_t at_another = 0;  // one of them has folded further
  std::uint64_t only_before = 0;
  std::uint64_t only_now = 0;

  [[nodiscard]] bool agrees() const noexcept { return different == 0 && only_before == 0; }
};

[[nodiscard]] std::string describe(const comparison& c);

[[nodiscard]] cassandra::session::result<comparison> compare(cassandra::session& session,
                                                             const tables::statements& before,
                                                             const tables::statements& now);

}  // namespace readmodel::project
