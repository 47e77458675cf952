// Walks all fields of a head that was accepted, in the order they were sent: for dialects whose words are fields
// (Headgate-Header-*, ce-*) and for topic rules that name fields. No allocation. Names are tokens, values are trimmed.
#pragma once

#include <string_view>

#include "gateway/http1/chars.h"
#include "gateway/http1/request.h"

namespace gateway::http1 {

struct field_line {
  std::string_view name;  // as sent: compare with equals_ignoring_case()
  std::string_view value;
};

/// Calls `each(field_line)` for every field.
template <typename Each>
void for_each_field(const request_head& head, Each&& each) {
  std::string_view rest = head.lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\r'));
    rest.remove_prefix(line.size() + 2);
    const std::size_t colon = line.find(':');
    each(field_line{line.substr(0, colon), trimmed(line.substr(colon + 1))});
  }
}

/// The value of the first field of that name, in lower case; nullopt-like: data() is nullptr where there is none.
[[nodiscard]] inline std::string_view field_named(const request_head& head, std::string_view lower_case) {
  std::string_view found;
  for_each_field(head, [&](const field_line& f) {
    if (found.data() == nullptr && equals_ignoring_case(f.name, lower_case)) found = f.value;
  });
  return found;
}

}  // namespace gateway::http1
