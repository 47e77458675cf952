// The meaning of Cassandra's error codes for a request's sender: one table. Pure. Used by conversation.h and by the
// session that repeats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace readmodel::cql {

/// The action that follows an error.
enum class remedy : std::uint8_t {
  repeat,         // nothing was done, or what was done is unknown: the same statement again, after a pause
  repeat_slower,  // the node has too much to do: again, after a longer pause and with less in flight
  prepare_again,  // the node does not know the prepared statement
  other_node,     // this node is not usable now; another, or this one later
  login,          // credentials are wrong or missing: an operator is needed
  give_up,        // the statement itself is wrong: it never will succeed
};

enum class error_code : std::int32_t {
  server_error = 0x0000,
  protocol_error = 0x000a,
  bad_credentials = 0x0100,
  unavailable = 0x1000,
  overloaded = 0x1001,
  is_bootstrapping = 0x1002,
  truncate_error = 0x1003,
  write_timeout = 0x1100,
  read_timeout = 0x1200,
  read_failure = 0x1300,
  function_failure = 0x1400,
  write_failure = 0x1500,
  cdc_write_failure = 0x1600,
  cas_write_unknown = 0x1700,
  syntax_error = 0x2000,
  unauthorized = 0x2100,
  invalid = 0x2200,
  config_error = 0x2300,
  already_exists = 0x2400,
  unprepared = 0x2500,
};

struct server_error {
  std::int32_t code = 0;
  std::string message;  // Cassandra's own words
};

struct error_meaning {
  error_code code;
  std::string_view name;
  remedy what_to_do;
  bool may_be_done;  // the write may have taken effect
};

/// Every code of protocol version 4 and 5. A code that is not here is read as server_error.
[[nodiscard]] const error_meaning& meaning_of(std::int32_t code) noexcept;

/// "write_timeout (0x1100): Operation timed out"
[[nodiscard]] std::string describe(const server_error& error);

}  // namespace readmodel::cql
