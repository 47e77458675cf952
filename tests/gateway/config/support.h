// The inputs of the configuration tests: YAML text, command lines, an environment of their own.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "gateway/config/command_line.h"
#include "gateway/config/finalize.h"
#include "gateway/config/load.h"
#include "gateway/config/yaml_file.h"

namespace gateway::config::test {

using variables = std::map<std::string, std::string>;

inline environment_lookup environment_of(variables values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

inline boost::system::result<command, usage_error> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "headgate");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

/// The draft of a command line alone.
inline draft typed(const std::vector<const char*>& arguments) { return load(*parse(arguments), environment_of({})); }

/// The draft of a file's text, named headgate.yaml.
inline draft from_yaml(const std::string& text, variables env = {}) {
  draft out;
  read_yaml(text, "headgate.yaml", environment_of(std::move(env)), out);
  return out;
}

/// A file that is right but for what `text` adds.
inline draft with_kafka(const std::string& text, variables env = {}) {
  return from_yaml(text + "\nkafka.bootstrap: k:9092\n", std::move(env));
}

inline std::vector<std::string> errors_of(const draft& d) {
  std::vector<std::string> out;
  if (const auto s = finalize(d); !s)
    for (const config_error& e : s.error()) out.push_back(e.text());
  return out;
}

inline std::vector<errc> codes_of(const draft& d) {
  std::vector<errc> out;
  if (const auto s = finalize(d); !s)
    for (const config_error& e : s.error()) out.push_back(e.code);
  return out;
}

}  // namespace gateway::config::test
