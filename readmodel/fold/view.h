// The tables of a projection and the rows in them, without a word of CQL. Used by projections; readmodel/tables makes
// statements of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace readmodel::fold {

enum class column_type : std::uint8_t { text, bigint, boolean, blob };

struct column {
  std::string name;
  column_type type = column_type::text;
};

/// Beside these, every table has the columns `aggregate` and `folded_at`: whose row it is, and the offset it shows.
struct view {
  std::string name;
  std::vector<column> partition_key;   // at least one
  std::vector<column> clustering_key;  // in ascending order
  std::vector<column> values;
};

/// text and blob, bigint, boolean; nullopt: null (never in a key).
using cell = std::optional<std::variant<std::string, std::int64_t, bool>>;

/// One row of a view. `removed`: the row must not be there; the state remembers such keys, because a projector may
/// never have seen the state that made the row.
struct row {
  std::size_t view = 0;   // index into the projection's views
  std::vector<cell> key;  // partition key, then clustering key
  std::vector<cell> values;
  bool removed = false;
};

/// Of one row with its view, for comparisons. The same on every machine.
[[nodiscard]] std::uint64_t hash_of(const row& one) noexcept;
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes) noexcept;

}  // namespace readmodel::fold
