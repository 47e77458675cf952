#include "store/versions.h"

namespace store {

partition_index::result<versions::state*> versions::of(std::string_view aggregate) {
  if (const auto known = states_.find(aggregate); known != states_.end()) return &known->second;
  auto head = index_->head_of(aggregate);
  if (!head) return std::move(head).error();
  state fresh;
  fresh.confirmed = *head;
  return &states_.emplace(std::string(aggregate), fresh).first->second;
}

std::uint64_t versions::assign(state& to, std::string_view event_id) {
  if (!to.is_assigned) {
    to.assigned = to.confirmed;
    to.is_assigned = true;
    assigned_.push_back(&to);
  }
  to.assigned.add(event_id);
  return to.assigned.version;
}

// Nothing is assigned between two record batches, and what is confirmed is in the index: all of it may go.
void versions::confirm() noexcept {
  for (state* s : assigned_) {
    s->confirmed = s->assigned;
    s->is_assigned = false;
  }
  assigned_.clear();
  if (states_.size() > kept_max) states_.clear();
}

void versions::fall_back() noexcept {
  for (state* s : assigned_) s->is_assigned = false;
  assigned_.clear();
}

}  // namespace store
