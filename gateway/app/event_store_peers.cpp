// The other instances of the store.group: how this one is named and reached, what it believes others by, and who has
// been seen in the group.
#include <unistd.h>

#include <array>
#include <utility>

#include "batching/files/secret_file.h"
#include "batching/kafka/client/tls_files.h"
#include "gateway/app/event_store.h"
#include "gateway/config/values.h"
#include "gateway/peers/member_name.h"
#include "metrics/events.h"

namespace gateway::app {
namespace {

using result = boost::system::result<void, std::string>;

constexpr std::size_t secret_bytes_min = 16;

result read_peer_secret(const std::string& path, std::string& text) {
  auto read = batching::files::read_secret(path);
  if (!read.failure.empty()) return "store.peer_secret_file: " + read.failure;
  text = std::move(read.value);
  if (text.size() < secret_bytes_min)
    return "store.peer_secret_file: " + path + " must hold at least " + std::to_string(secret_bytes_min) + " bytes";
  return {};
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != 0 ? name.data() : "localhost";
}

bool is_every_address(std::string_view address) { return address == "0.0.0.0" || address == "::"; }

peers::member_name name_of(const config::settings& settings, const std::optional<config::endpoint>& frames,
                           const std::optional<config::endpoint>& http) {
  peers::member_name self;
  const auto written = config::parse_host_port(settings.store.advertise);
  const config::endpoint& bound = frames ? *frames : http.value_or(config::endpoint{});
  if (written)
    self.host = written->host;
  else
    self.host = is_every_address(bound.address) ? machine_name() : bound.address;
  if (frames) self.port = written && written->port != 0 ? written->port : frames->port;
  const config::listener_tls tls = config::complete(settings.tcp_tls, settings.tls, false);
  self.is_secure = tls.mode != config::tls_mode::off && !tls.certificates.empty();
  self.instance = settings.store.instance;
  if (self.instance.empty()) self.instance = peers::address_text(self.host, http ? http->port : self.port);
  return self;
}

/// Our own certificate goes with it, for peers that ask for one.
std::shared_ptr<batching::kafka::client::tls_source> tls_of(const config::settings& settings) {
  const config::listener_tls own = config::complete(settings.tcp_tls, settings.tls, false);
  batching::stream::tls_settings tls;
  tls.ca = settings.store.peer_ca;
  if (!own.certificates.empty()) tls.certificate = own.certificates.front();
  if (!own.keys.empty()) tls.key = own.keys.front();
  return std::make_shared<batching::kafka::client::tls_files>(std::move(tls));
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
    if (result read = read_peer_secret(settings_->store.peer_secret_file, peer_secret_); !read) return read;
  const peers::member_name self = name_of(*settings_, frames, http);
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
