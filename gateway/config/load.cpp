#include "gateway/config/load.h"

#include <algorithm>

#include "gateway/config/auth_options.h"
#include "gateway/config/environment.h"
#include "gateway/config/option_table.h"
#include "gateway/config/yaml_file.h"

namespace gateway::config {
namespace {

/// "a,b" or "[a, b]", for options that take a list.
std::vector<std::string> split_list(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, end);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    out.emplace_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool takes_list(std::string_view path) {
  if (const auto* o = find_option(path)) return o->takes_list;
  if (path.starts_with("auth.")) {
    const auto* o = find_auth_option(path.substr(5));
    return o != nullptr && o->takes_list;
  }
  constexpr std::string_view defaults = "topic_defaults.";
  const auto* topic = path.starts_with(defaults) ? find_topic_option(path.substr(defaults.size())) : nullptr;
  return topic && topic->takes_list;
}

}  // namespace

draft load(const command& from) { return load(from, environment); }

draft load(const command& from, const environment_lookup& environment) {
  draft out;
  const auto file = from.file ? from.file : environment("HEADGATE_CONFIG");
  if (file && !file->empty()) read_yaml_file(*file, environment, out);
  for (const command::value& v : from.values) {
    const origin where{origin::source::command_line, v.flag, 0, {}};
    const bool list = takes_list(v.path);
    out.put(v.path, {list ? split_list(v.text) : std::vector{v.text}, list, where});
  }
  return out;
}

}  // namespace gateway::config
