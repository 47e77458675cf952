// Frames as a Cassandra node would send them, for the tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "readmodel/cql/wire.h"

namespace cql_tests {

using readmodel::cql::bytes;
using readmodel::cql::opcode;

inline bytes frame(opcode what, std::int16_t stream, std::string_view body) {
  bytes f;
  f.push_back('\x84');
  f.push_back('\0');
  readmodel::cql::put_short(f, static_cast<std::uint16_t>(stream));
  f.push_back(static_cast<char>(what));
  readmodel::cql::put_int(f, static_cast<std::int32_t>(body.size()));
  return f.append(body);
}

inline bytes error_body(std::int32_t code, std::string_view message) {
  bytes b;
  readmodel::cql::put_int(b, code);
  readmodel::cql::put_string(b, message);
  return b;
}

inline bytes prepared_body(std::string_view id) {
  bytes b;
  readmodel::cql::put_int(b, 4);
  readmodel::cql::put_string(b, id);
  return b;
}

inline bytes done_body() {
  bytes b;
  readmodel::cql::put_int(b, 1);
  return b;
}

/// Columns "a" text and "b" bigint of table k.t; a null where a value is absent.
inline bytes rows_body(const std::vector<std::pair<readmodel::cql::value, readmodel::cql::value>>& rows,
                       std::string_view paging_state = {}) {
  using namespace readmodel::cql;
  bytes b;
  put_int(b, 2);
  put_int(b, paging_state.empty() ? 1 : 3);
  put_int(b, 2);
  if (!paging_state.empty()) put_long_string(b, paging_state);
  put_string(b, "k");
  put_string(b, "t");
  put_string(b, "a");
  put_short(b, 0x000d);
  put_string(b, "b");
  put_short(b, 0x0002);
  put_int(b, static_cast<std::int32_t>(rows.size()));
  for (const auto& [first, second] : rows) {
    put_value(b, first);
    put_value(b, second);
  }
  return b;
}

}  // namespace cql_tests
