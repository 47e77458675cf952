#include "gateway/peers/peer_book.h"

namespace gateway::peers {

std::shared_ptr<const peer_book::page> peer_book::now() const {
  const std::lock_guard lock(mutex_);
  return page_;
}

void peer_book::set(std::vector<member> members, bool is_stable) {
  const std::shared_ptr<const page> before = now();
  auto fresh = std::make_shared<page>();
  if (members.size() > members_max) members.resize(members_max);
  for (const member& m : members) {
    fresh->members.emplace(m.name.instance, m.name);
    for (const auto& partition : m.assigned) fresh->owners.emplace(partition, m.name.instance);
  }
  if (!is_stable)
    for (const auto& [partition, owner] : before->owners)
      if (fresh->members.contains(owner)) fresh->owners.emplace(partition, owner);
  const std::lock_guard lock(mutex_);
  page_ = std::move(fresh);
}

std::string peer_book::owner_of(std::string_view topic, std::int32_t partition) const {
  const std::shared_ptr<const page> current = now();
  const auto found = current->owners.find(std::pair<std::string, std::int32_t>(topic, partition));
  return found == current->owners.end() || found->second == self_ ? std::string() : found->second;
}

bool peer_book::has_others() const {
  const std::shared_ptr<const page> current = now();
  return current->members.size() > (current->members.contains(self_) ? 1U : 0U);
}

std::optional<member_name> peer_book::find(std::string_view instance) const {
  const std::shared_ptr<const page> current = now();
  const auto found = current->members.find(instance);
  return found == current->members.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace gateway::peers
