#include "tests/gateway/frames/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace frames_test {
namespace {

const std::string& page() {
  static const std::string text = [] {
    std::ifstream file(HEADGATE_PROTOCOL_PAGE);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  return text;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(" `"));
  text.erase(text.find_last_not_of(" `") + 1);
  return text;
}

}  // namespace

const std::map<std::string, std::string>& vectors() {
  static const auto all = [] {
    std::map<std::string, std::string> found;
    std::istringstream lines(page());
    std::string line, name, hex;
    while (std::getline(lines, line)) {
      if (line.starts_with("```vector ")) {
        name = line.substr(10);
        hex.clear();
      } else if (!name.empty() && line == "```") {
        found[name] = from_hex(hex);
        name.clear();
      } else if (!name.empty()) {
        hex += line;
      }
    }
    return found;
  }();
  return all;
}

const std::string& vector(std::string_view name) {
  static const std::string none;
  const auto at = vectors().find(std::string(name));
  EXPECT_NE(at, vectors().end()) << "docs/protocol.md has no vector " << name;
  return at == vectors().end() ? none : at->second;
}

std::map<int, std::string> table(std::string_view after) {
  std::map<int, std::string> rows;
  std::istringstream lines(page());
  std::string line;
  while (std::getline(lines, line) && !line.starts_with(after)) {
  }
  bool within = line.starts_with("|");
  while (std::getline(lines, line)) {
    if (!line.starts_with("|")) {
      if (within) break;
      continue;
    }
    within = true;
    std::istringstream cells(line.substr(1));
    std::string number, name;
    std::getline(cells, number, '|');
    std::getline(cells, name, '|');
    if (number.find_first_of("0123456789") != std::string::npos) rows[std::stoi(number)] = trimmed(name);
  }
  return rows;
}

std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

}  // namespace frames_test
