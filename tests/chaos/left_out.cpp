// Linked into headgate_unsafe in the place of store/left_out.cpp: the gateway without the safeguards that the
// environment names, for the controls of the store's scenarios.
//   HEADGATE_CHAOS_LEFT_OUT=marker,end_of_transaction,former_writers,keep_alives,expected_versions,event_ids
#include "store/left_out.h"

#include <array>
#include <cstdlib>
#include <cstring>

namespace store {

bool leaves_out(safeguard what) noexcept {
  static constexpr std::array<const char*, 6> names{"marker",      "end_of_transaction", "former_writers",
                                                    "keep_alives", "expected_versions",  "event_ids"};
  const char* const list = std::getenv("HEADGATE_CHAOS_LEFT_OUT");
  return list != nullptr && std::strstr(list, names[static_cast<std::size_t>(what)]) != nullptr;
}

}  // namespace store
