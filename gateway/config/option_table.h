// The one catalogue of options. Everything about an option derives from its row: how it is read (YAML, flags, --set),
// checked, shown by `headgate config`, documented in docs/configuration.md, and whether SIGHUP can change it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/draft.h"
#include "gateway/config/settings.h"

namespace gateway::config {

struct flaw {
  errc code;
  std::string message;  // empty: nothing is wrong
};

template <typename Target>
struct option {
  std::string_view path;
  std::string takes;         // for people: "size, 1KiB to 1GiB", "one of broker, none"
  bool reloadable;           // SIGHUP changes it; otherwise it needs a restart
  std::string_view derived;  // how an unwritten one is made, where the default depends on another option or the machine
  std::string_view doc;      // one sentence or two, for the table in docs/configuration.md
  bool takes_list;
  std::function<flaw(Target&, const written&)> set;
  std::function<std::string(const Target&)> show;  // as one would write it in YAML
  bool takes_map = false;                          // names and values; written::items has them by turns
  bool is_secret = false;                          // never shown by `headgate config`
};

using setting_option = option<settings>;
using topic_option = option<topic_settings>;

[[nodiscard]] std::span<const setting_option> setting_options();
[[nodiscard]] std::span<const topic_option> topic_options();

/// nullptr: there is none.
[[nodiscard]] const setting_option* find_option(std::string_view path);
[[nodiscard]] const topic_option* find_topic_option(std::string_view key);

/// Every path that may be written outside of `topics`, for suggestions.
[[nodiscard]] std::vector<std::string> option_paths();
/// Every key of a `topics` entry (`topics.ack`), or of `topic_defaults`.
[[nodiscard]] std::vector<std::string> topic_option_paths(bool defaults);
/// Whether options stand below `path`: `limits`, `topic_defaults`.
[[nodiscard]] bool is_section(std::string_view path);

}  // namespace gateway::config
