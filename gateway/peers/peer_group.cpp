#include "gateway/peers/peer_group.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace gateway::peers {

using stores::forwarding;

peer_group::peer_group(std::string own_name, link_settings settings, std::span<runtime::lane* const> lanes,
                       std::function<void()> ask_again)
    : own_name_(std::move(own_name)),
      settings_(std::move(settings)),
      ask_again_(std::move(ask_again)),
      book_(own_name_) {
  for (runtime::lane* on : lanes) lanes_.push_back({on, {}});
}

peer_group::~peer_group() { close(); }

void peer_group::close() {
  for (links_of_lane& of : lanes_) of.links.clear();
}

void peer_group::set(std::vector<peer_book::member> members, bool is_stable) {
  book_.set(std::move(members), is_stable);
  has_been_told_.store(true, std::memory_order_release);
  for (links_of_lane& of : lanes_) boost::asio::post(of.on->io(), [this, &of] { forget_strangers(of); });
}

// A member that has left, or has died by the group's word, answers no more; a new one under the same name is
// elsewhere.
void peer_group::forget_strangers(links_of_lane& of) {
  std::vector<std::unique_ptr<peer_link>> gone;
  for (auto at = of.links.begin(); at != of.links.end();) {
    const auto now = book_.find(at->first);
    if (now && *now == at->second->to()) {
      ++at;
      continue;
    }
    gone.push_back(std::move(at->second));
    at = of.links.erase(at);
  }
}

peer_link* peer_group::link_to(runtime::lane& on, const std::string& instance) {
  const auto of = std::ranges::find(lanes_, &on, &links_of_lane::on);
  if (of == lanes_.end()) return nullptr;
  if (const auto found = of->links.find(instance); found != of->links.end()) return found->second.get();
  const auto where = book_.find(instance);
  if (!where || of->links.size() >= links_max) return nullptr;
  return of->links.emplace(instance, std::make_unique<peer_link>(on.io(), *where, settings_)).first->second.get();
}

void peer_group::append(runtime::lane& on, const std::string& owner, std::string_view topic,
                        std::span<const ::store::append> appends, std::chrono::milliseconds time_max,
                        appends_told told) {
  auto counted = [this, told = std::move(told)](forwarding how, std::span<const ::store::append_answer> results) {
    count(kind::append, how);
    told(how, results);
  };
  peer_link* const link = link_to(on, owner);
  if (link == nullptr) return counted(forwarding::not_sent, {});
  link->append(topic, appends, time_max, std::move(counted));
}

// Its answer is charged while it is asked for: as much as a piece has.
void peer_group::read(runtime::lane& on, const std::string& owner, const stores::remote_read& what, piece_told told) {
  batching::in_flight& budget = on.budget();
  peer_link* const link = link_to(on, owner);
  if (link == nullptr || !budget.reserve(read_bytes)) {
    count(kind::read, forwarding::not_sent);
    return told(forwarding::not_sent, {});
  }
  link->read(what, [this, &budget, told = std::move(told)](forwarding how, stores::remote_piece piece) {
    budget.release(read_bytes);
    count(kind::read, how);
    told(how, std::move(piece));
  });
}

}  // namespace gateway::peers
