// The command line: what to do, and the values it writes. Touches no file and prints nothing; main does both.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config/draft.h"

namespace gateway::config {

struct command {
  enum class action : std::uint8_t {
    run,
    check,
    show_config,
    show_options,
    version,
    help,
    key_new,
    key_list,
    key_revoke
  };
  action what = action::run;
  std::optional<std::string> file;  // --config
  struct value {
    std::string path;
    std::string text;
    std::string flag;  // --http, or --set
  };
  std::vector<value> values;
  struct key_request {
    std::optional<std::string> file;  // nullopt: auth.api_keys.file
    std::string tenant;               // key new
    std::string note;                 // key new
    std::string id;                   // key revoke
  } key;
};

/// Exit code 2: the command line cannot be understood. `text` says why and how to get help.
struct usage_error {
  static constexpr int exit_code = 2;
  std::string text;
};

[[nodiscard]] boost::system::result<command, usage_error> parse_command_line(int argc, const char* const* argv);

/// `headgate --help`.
[[nodiscard]] std::string help_text();

}  // namespace gateway::config
