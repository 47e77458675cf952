// Texts and whether each is one JSON value, by hand from RFC 8259 and RFC 3629. No text holds a raw newline, so each
// can be an NDJSON line as well.
#pragma once

#include <string_view>
#include <vector>

namespace decode_tests {

struct json_case {
  std::string_view text;
  bool valid;
};

[[nodiscard]] const std::vector<json_case>& json_cases();

}  // namespace decode_tests
