// The file of API keys: its text as a table and back. Strict: an entry that does not add up spoils the whole file, so
// that nobody is let in by half of one. No I/O.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "gateway/auth/api_key.h"

namespace gateway::auth {

inline constexpr std::size_t api_keys_max = 10'000;

using key_table = std::map<std::string, api_key, std::less<>>;  // by id

struct key_file_error {
  std::string text;  // "line 3: ..", what is wrong and what to change; never a hash
};

[[nodiscard]] boost::system::result<key_table, key_file_error> read_keys(std::string_view yaml);
[[nodiscard]] std::string write_keys(const key_table& keys);

}  // namespace gateway::auth
