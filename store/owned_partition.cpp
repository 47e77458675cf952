#include "store/owned_partition.h"

namespace store {

std::string_view name(ownership_state is) noexcept {
  switch (is) {
    case ownership_state::following: return "following";
    case ownership_state::taking_over: return "taking_over";
    case ownership_state::serving: return "serving";
    case ownership_state::lost: return "lost";
  }
  return "";
}

std::string_view code(ownership_reason why) noexcept {
  switch (why) {
    case ownership_reason::none: return "none";
    case ownership_reason::not_assigned: return "not_assigned";
    case ownership_reason::starting: return "starting";
    case ownership_reason::assigned: return "assigned";
    case ownership_reason::fenced: return "fenced";
    case ownership_reason::rival: return "rival";
    case ownership_reason::foreign_writer: return "foreign_writer";
    case ownership_reason::id_expired: return "id_expired";
    case ownership_reason::unknown_outcome: return "unknown_outcome";
    case ownership_reason::not_authorized: return "not_authorized";
    case ownership_reason::refused: return "refused";
    case ownership_reason::topic_gone: return "topic_gone";
    case ownership_reason::log_unreadable: return "log_unreadable";
  }
  return "";
}

}  // namespace store
