// The names of the tables of a projection's generation, and what stands in them. Pure. Used by statements.h and by
// whoever writes queries: a view's table is VIEW_gN.
#pragma once

#include <string>
#include <string_view>

#include "readmodel/fold/projection.h"

namespace readmodel::tables {

struct generation {
  std::string keyspace;
  std::string projection;
  int number = 1;
};

[[nodiscard]] std::string view_table(const generation& of, const fold::view& which);
[[nodiscard]] std::string state_table(const generation& of);
[[nodiscard]] std::string positions_table(const std::string& keyspace);
[[nodiscard]] std::string generations_table(const std::string& keyspace);

/// A name that stands in CQL without quotes: a-z, 0-9 and _, a letter first, at most 40.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

}  // namespace readmodel::tables
