// The other instances of the store.group: how this one is named and reached, what it believes others by, and who has
// been seen in the group.
#include <utility>

#include "batching/kafka/client/tls_files.h"
#include "gateway/app/event_store.h"
#include "gateway/app/own_peer.h"
#include "gateway/peers/member_name.h"
#include "metrics/events.h"

namespace gateway::app {
namespace {

using result = boost::system::result<void, std::string>;

std::shared_ptr<batching::kafka::client::tls_source> tls_of(const config::settings& settings) {
  return std::make_shared<batching::kafka::client::tls_files>(peer_tls(settings));
}

std::vector<peers::peer_book::member> members_of(const batching::librdkafka::group_seen& seen) {
  std::vector<peers::peer_book::member> all;
  for (const batching::librdkafka::member_seen& m : seen.members) {
    auto name = peers::member_of(m.client_id);
    if (!name) continue;
    peers::peer_book::member& one = all.emplace_back();
    one.name = std::move(*name);
    for (const auto& p : m.assigned) one.assigned.emplace_back(p.topic, p.partition);
  }
  return all;
}

}  // namespace

result event_store::start_peers(const std::vector<runtime::lane*>& lanes, const std::optional<config::endpoint>& frames,
                                const std::optional<config::endpoint>& http) {
  if (!is_on() || settings_->store.group.empty()) return {};
  if (!settings_->store.peer_secret_file.empty())
    if (result read = read_peer_secret(*settings_, peer_secret_); !read) return read;
  const peers::member_name self = own_peer_name(*settings_, frames, http);
  own_name_ = self.instance;
  if (settings_->auth && peer_secret_.empty()) {
    metrics::happened(metrics::happening::store_peers_open,
                      "requests for partitions of other instances are answered 503: set store.peer_secret_file");
    return {};
  }
  if (self.port != 0) group_.client_id = peers::client_id_of(self);
  peers::link_settings linking;
  linking.protocol = {own_name_, peer_secret_};
  linking.tls = tls_of(*settings_);
  peers_ = std::make_unique<peers::peer_group>(own_name_, std::move(linking), lanes, [this] {
    if (group_watch_) group_watch_->ask_soon();
  });
  group_watch_ = std::make_unique<batching::librdkafka::group_watch>(
      group_, [this](const auto& seen) { peers_->set(members_of(seen), seen.is_stable); });
  stores_.set_peers(*peers_);
  return {};
}

frames::tcp_stores event_store::for_frames() { return {&stores_, peer_secret_, own_name_}; }

void event_store::fill_forwarded(metrics::store_state& into) const {
  if (!peers_) return;
  using kind = peers::peer_group::kind;
  for (std::size_t i = 0; i < stores::forwardings; ++i) {
    const auto how = static_cast<stores::forwarding>(i);
    into.forwarded.push_back({"append", stores::name(how), peers_->counted(kind::append, how)});
    into.forwarded.push_back({"read", stores::name(how), peers_->counted(kind::read, how)});
  }
}

}  // namespace gateway::app
