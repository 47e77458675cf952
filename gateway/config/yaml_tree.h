// YAML text as a tree of maps, lists and texts with line numbers: what configuration needs of YAML and no more. Aliases
// and anchors are refused (a few bytes of them can stand for gigabytes), depth and size are bounded. Used by
// yaml_file.cpp.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::config {

struct yaml_node {
  enum class shape : std::uint8_t { nothing, text, list, map };
  shape is = shape::nothing;
  int line = 0;  // from 1
  std::string text;
  std::vector<yaml_node> children;  // of a list: its items; of a map: key, value, key, value, ..
};

inline constexpr std::size_t yaml_bytes_max = 1 << 20;
inline constexpr std::size_t yaml_depth_max = 16;

struct yaml_error {
  int line;
  std::string message;
};

/// The one document of `text`; an empty one is a node of shape nothing.
[[nodiscard]] boost::system::result<yaml_node, yaml_error> parse_yaml(std::string_view text);

}  // namespace gateway::config
