#include "readmodel/cql/server_error.h"

#include <array>
#include <cstdio>

namespace readmodel::cql {

namespace {

constexpr std::array meanings{
    error_meaning{error_code::server_error, "server_error", remedy::repeat, true},
    error_meaning{error_code::protocol_error, "protocol_error", remedy::give_up, false},
    error_meaning{error_code::bad_credentials, "bad_credentials", remedy::login, false},
    error_meaning{error_code::unavailable, "unavailable", remedy::repeat, false},
    error_meaning{error_code::overloaded, "overloaded", remedy::repeat_slower, false},
    error_meaning{error_code::is_bootstrapping, "is_bootstrapping", remedy::other_node, false},
    error_meaning{error_code::truncate_error, "truncate_error", remedy::repeat, true},
    error_meaning{error_code::write_timeout, "write_timeout", remedy::repeat_slower, true},
    error_meaning{error_code::read_timeout, "read_timeout", remedy::repeat_slower, false},
    error_meaning{error_code::read_failure, "read_failure", remedy::repeat, false},
    error_meaning{error_code::function_failure, "function_failure", remedy::give_up, false},
    error_meaning{error_code::write_failure, "write_failure", remedy::repeat, true},
    error_meaning{error_code::cdc_write_failure, "cdc_write_failure", remedy::repeat_slower, true},
    error_meaning{error_code::cas_write_unknown, "cas_write_unknown", remedy::repeat, true},
    error_meaning{error_code::syntax_error, "syntax_error", remedy::give_up, false},
    error_meaning{error_code::unauthorized, "unauthorized", remedy::login, false},
    error_meaning{error_code::invalid, "invalid", remedy::give_up, false},
    error_meaning{error_code::config_error, "config_error", remedy::give_up, false},
    error_meaning{error_code::already_exists, "already_exists", remedy::give_up, false},
    error_meaning{error_code::unprepared, "unprepared", remedy::prepare_again, false},
};

}  // namespace

const error_meaning& meaning_of(std::int32_t code) noexcept {
  for (const error_meaning& one : meanings)
    if (static_cast<std::int32_t>(one.code) == code) return one;
  return meanings.front();
}

std::string describe(const server_error& error) {
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "0x%04x", static_cast<unsigned>(error.code));
  return std::string(meaning_of(error.code).name) + " (" + number.data() + "): " + error.message;
}

}  // namespace readmodel::cql
