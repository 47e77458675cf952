#include "gateway/app/listener_tls.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "gateway/config/tls_options.h"
#include "gateway/config/values.h"
#include "gateway/frames/session.h"
#include "gateway/http1/tls_answers.h"
#include "metrics/collect.h"
#include "metrics/events.h"

namespace gateway::app {
namespace {

using metrics::listener;
using result = boost::system::result<void, std::string>;
constexpr std::size_t secret_bytes_min = 32;
constexpr std::size_t secret_bytes_max = 4096;

std::string told_plain(listener which) {
  switch (which) {
    case listener::http:
    case listener::admin: return http1::answer_to_plain();
    case listener::tcp: return frames::answer_to_plain();
    case listener::lines: return "this port speaks TLS: send lines through a TLS connection\n";
  }
  return {};
}

}  // namespace

boost::system::result<std::shared_ptr<batching::stream::ticket_keys>, std::string> read_tickets(
    const std::string& file) {
  using answer = boost::system::result<std::shared_ptr<batching::stream::ticket_keys>, std::string>;
  if (file.empty()) return std::make_shared<batching::stream::ticket_keys>();
  std::ifstream in(file, std::ios::binary);
  std::string secret{std::istreambuf_iterator<char>(in), {}};
  if (secret.size() < secret_bytes_min || secret.size() > secret_bytes_max)
    return answer(boost::system::in_place_error,
                  "tls.ticket_secret '" + file + "' must hold 32 to 4096 bytes: write it with openssl rand 64");
  return std::make_shared<batching::stream::ticket_keys>(std::move(secret));
}

batching::stream::tls_server_settings server_settings_of(const config::listener_tls& complete, listener which,
                                                         std::shared_ptr<batching::stream::ticket_keys> tickets) {
  using batching::stream::client_certificates;
  batching::stream::tls_server_settings out;
  for (std::size_t i = 0; i < complete.certificates.size(); ++i)
    out.certificates.push_back({complete.certificates[i], complete.keys.empty() ? std::string() : complete.keys[i]});
  out.client_ca = complete.client_ca;
  out.revoked = complete.crl;
  out.clients = complete.clients == config::client_auth::required   ? client_certificates::required
                : complete.clients == config::client_auth::optional ? client_certificates::optional
                                                                    : client_certificates::none;
  out.only_1_3 = complete.minimum == config::tls_version::v1_3;
  if (which == listener::http || which == listener::admin) out.protocol = "http/1.1";
  out.tickets = std::move(tickets);
  return out;
}

result listener_tls::make(const config::settings& settings) {
  auto tickets = read_tickets(settings.ticket_secret);
  if (!tickets) return tickets.error();
  tickets_ = std::move(*tickets);
  for (const std::string& text : settings.trusted_proxies) trusted_.push_back(*config::parse_network(text));
  for (std::size_t i = 0; i < doors_.size(); ++i) {
    const auto which = static_cast<listener>(i);
    const auto whole = config::tls_in_force(settings, config::listeners_with_tls[i]);
    if (!whole) continue;
    auto made = net::server_tls::make(metrics::name(which), server_settings_of(*whole, which, tickets_));
    if (!made) return made.error();
    doors_[i].tls = std::move(*made);
    doors_[i].plain_too = whole->mode == config::tls_mode::optional;
  }
  return {};
}

net::session_factory listener_tls::before(listener which, std::span<runtime::lane* const> lanes,
                                          const config::limits& limits, const net::session_factory& next) {
  door& at = doors_[static_cast<std::size_t>(which)];
  if (!at.tls && trusted_.empty()) return next;
  net::entrance_rules rules;
  rules.kind = which == listener::admin ? listener::http : which;  // the admin lane counts by itself
  rules.tls = at.tls.get();
  rules.trusted = trusted_;
  rules.plain_too = at.plain_too;
  rules.told_plain = told_plain(which);
  rules.waiting_max = std::max<std::size_t>(1, limits.handshakes_max / lanes.size());
  at.entrances = std::make_unique<net::entrances>(lanes, std::move(rules), next);
  return at.entrances->factory();
}

void listener_tls::look(std::chrono::steady_clock::time_point now) {
  if (now < look_due_) return;
  look_due_ = now + look_every;
  for (const door& each : doors_)
    if (each.tls) each.tls->look();
  if (now < notice_due_) return;
  notice_due_ = now + notice_every;
  tell_expiries();
}

void listener_tls::tell_expiries() {
  const auto soon = std::chrono::system_clock::now() + expiry_notice;
  for (const door& each : doors_) {
    if (!each.tls) continue;
    for (const auto& certificate : each.tls->current()->certificates()) {
      if (certificate.not_after > soon) continue;
      const auto left = std::chrono::floor<std::chrono::days>(certificate.not_after - std::chrono::system_clock::now());
      metrics::happened(metrics::happening::certificate_expires,
                        "a listener's certificate expires soon, or has expired",
                        {{"certificate", certificate.file}, {"days", left.count()}});
    }
  }
}

void listener_tls::replace(const config::settings& settings) {
  for (std::size_t i = 0; i < doors_.size(); ++i)
    if (doors_[i].tls)
      doors_[i].tls->replace(server_settings_of(config::complete_tls(settings, config::listeners_with_tls[i]),
                                                static_cast<listener>(i), tickets_));
  notice_due_ = {};
}

void listener_tls::add_to(metrics::snapshot& into) const {
  for (std::size_t i = 0; i < doors_.size(); ++i) {
    if (!doors_[i].tls) continue;
    into.by_listener[i].tls = true;
    for (const auto& certificate : doors_[i].tls->current()->certificates())
      into.certificates.push_back({static_cast<listener>(i), certificate.file,
                                   std::chrono::duration<double>(certificate.not_after.time_since_epoch()).count()});
  }
}

}  // namespace gateway::app
