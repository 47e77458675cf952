// Values of columns: our types to Cassandra's bytes and back. Pure. Used by everybody who binds a statement or reads a
// row.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "readmodel/cql/wire.h"

namespace readmodel::cql {

[[nodiscard]] inline value text(std::string_view of) { return bytes(of); }
[[nodiscard]] inline value blob(std::string_view of) { return bytes(of); }
[[nodiscard]] value bigint(std::int64_t of);
[[nodiscard]] value integer(std::int32_t of);
[[nodiscard]] value boolean(bool of);

/// nullopt: null, or not of this type's length.
[[nodiscard]] std::optional<std::int64_t> to_bigint(const value& from) noexcept;
[[nodiscard]] std::optional<std::int32_t> to_integer(const value& from) noexcept;
[[nodiscard]] std::optional<bool> to_boolean(const value& from) noexcept;

}  // namespace readmodel::cql
