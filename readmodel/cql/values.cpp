#include "readmodel/cql/values.h"

namespace readmodel::cql {

value bigint(std::int64_t of) {
  bytes b;
  put_long(b, of);
  return b;
}

value integer(std::int32_t of) {
  bytes b;
  put_int(b, of);
  return b;
}

value boolean(bool of) { return bytes(1, of ? '\1' : '\0'); }

std::optional<std::int64_t> to_bigint(const value& from) noexcept {
  if (!from || from->size() != 8) return std::nullopt;
  return reader(*from).take_long();
}

std::optional<std::int32_t> to_integer(const value& from) noexcept {
  if (!from || from->size() != 4) return std::nullopt;
  return reader(*from).take_int();
}

std::optional<bool> to_boolean(const value& from) noexcept {
  if (!from || from->size() != 1) return std::nullopt;
  return from->front() != '\0';
}

}  // namespace readmodel::cql
