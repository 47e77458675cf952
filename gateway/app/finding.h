// One sentence of `headgate check`: what is wrong and what to change. Said by the check_* files of this folder.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gateway::app {

struct finding {
  bool is_fatal = true;  // false: it works, and somebody should know
  std::string text;
};
using findings = std::vector<finding>;

[[nodiscard]] inline findings fatal(std::vector<std::string> texts) {
  findings out;
  for (std::string& text : texts) out.push_back({true, std::move(text)});
  return out;
}

/// Every user of this machine may read the file.
[[nodiscard]] bool is_open_to_others(const std::string& file);

}  // namespace gateway::app
