#include "store/append.h"

namespace store {

std::string_view name(append_fate fate) noexcept {
  switch (fate) {
    case append_fate::appended: return "appended";
    case append_fate::duplicate: return "duplicate";
    case append_fate::conflict: return "conflict";
    case append_fate::too_large: return "too_large";
    case append_fate::blocked: return "blocked";
    case append_fate::refused: return "refused";
    case append_fate::no_owner: return "no_owner";
    case append_fate::unknown: return "unknown";
  }
  return "";
}

}  // namespace store
