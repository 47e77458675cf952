#include "gateway/app/own_peer.h"

#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "batching/files/secret_file.h"
#include "gateway/config/values.h"

namespace gateway::app {
namespace {

using result = boost::system::result<void, std::string>;

constexpr std::size_t secret_bytes_min = 16;

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != 0 ? name.data() : "localhost";
}

bool is_every_address(std::string_view address) { return address == "0.0.0.0" || address == "::"; }

}  // namespace

result read_peer_secret(const config::settings& settings, std::string& text) {
  const std::string& path = settings.store.peer_secret_file;
  auto read = batching::files::read_secret(path);
  if (!read.failure.empty()) return "store.peer_secret_file: " + read.failure;
  text = std::move(read.value);
  if (text.size() < secret_bytes_min)
    return "store.peer_secret_file: " + path + " must hold at least " + std::to_string(secret_bytes_min) + " bytes";
  return {};
}

peers::member_name own_peer_name(const config::settings& settings, const std::optional<config::endpoint>& frames,
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

batching::stream::tls_settings peer_tls(const config::settings& settings) {
  const config::listener_tls own = config::complete(settings.tcp_tls, settings.tls, false);
  batching::stream::tls_settings tls;
  tls.ca = settings.store.peer_ca;
  const bool is_demanded = own.clients == config::client_auth::required;
  if (is_demanded && !own.certificates.empty()) tls.certificate = own.certificates.front();
  if (is_demanded && !own.keys.empty()) tls.key = own.keys.front();
  tls.words = {.peer = "the other instance",
               .ca = "write that authority's certificate as store.peer_ca",
               .name = "its store.advertise must be a name that its certificate has",
               .plain = "give all instances the same tls",
               .certificate = "write tls.certificate and tls.key, or those of listen.tcp_tls",
               .whom = "the other instances"};
  return tls;
}

}  // namespace gateway::app
