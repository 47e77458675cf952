#include "gateway/app/check_tls.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "batching/stream/certificate_file.h"
#include "batching/stream/tls_server.h"
#include "gateway/app/listener_tls.h"
#include "gateway/config/tls_options.h"

namespace gateway::app {
namespace {

namespace stream = batching::stream;
using std::chrono::system_clock;

/// Listeners often share their files, and each is told once.
class tls_check {
 public:
  tls_check(const config::settings& s, system_clock::time_point now) : settings_(s), now_(now) {}

  void listener(std::size_t i);
  void ticket_secret();
  [[nodiscard]] findings take() { return std::move(found_); }

 private:
  void say(bool is_fatal, std::string text) {
    if (said_.insert(text).second) found_.push_back({is_fatal, std::move(text)});
  }
  void certificate(const stream::certificate_facts& of);
  void authorities(const std::string& file);
  void revoked(const std::string& file);
  [[nodiscard]] std::string days_to(system_clock::time_point end) const {
    return std::to_string(std::chrono::floor<std::chrono::days>(end - now_).count()) + " days";
  }

  const config::settings& settings_;
  system_clock::time_point now_;
  std::set<std::string> said_;
  findings found_;
};

void tls_check::listener(std::size_t i) {
  const config::listener_with_tls& each = config::listeners_with_tls[i];
  const auto whole = config::tls_in_force(settings_, each);
  if (!whole) return;
  const auto made = stream::tls_server::make(server_settings_of(*whole, static_cast<metrics::listener>(i), nullptr));
  if (!made) say(true, "TLS of " + std::string(each.path) + ": " + made.error());
  for (const std::string& file : whole->certificates)
    if (const auto facts = stream::read_certificate(file)) certificate(*facts);
  if (whole->clients == config::client_auth::none) return;
  authorities(whole->client_ca);
  if (!whole->crl.empty()) revoked(whole->crl);
}

void tls_check::certificate(const stream::certificate_facts& of) {
  const std::string name = "the certificate '" + of.file + "' ";
  if (of.not_after <= now_)
    say(true, name + "has expired, and clients refuse it: put a renewed one there, which is taken up by itself");
  else if (of.not_after - now_ < listener_tls::expiry_notice)
    say(false, name + "expires in " + days_to(of.not_after) + ": put a renewed one there, which is taken up by itself");
  if (of.not_before > now_)
    say(true, name + "is not valid yet: check the clock of this machine, or put one there that is");
}

void tls_check::authorities(const std::string& file) {
  const auto all = stream::read_certificates(file);
  if (!all) return;  // said by tls_server
  for (const stream::certificate_facts& each : *all)
    if (each.not_after <= now_)
      say(false, "the authority '" + each.names.common_name + "' in '" + file +
                     "' has expired, and clients whose certificates lead to it are refused: renew it, or remove it");
}

void tls_check::revoked(const std::string& file) {
  const auto next = stream::next_update_of(file);
  if (!next || *next > now_) return;
  say(true, "the revocation list '" + file +
                "' is out of date, and all clients with certificates are refused: put the newest there, which is taken "
                "up by itself");
}

void tls_check::ticket_secret() {
  if (settings_.ticket_secret.empty()) return;
  const auto read = read_tickets(settings_.ticket_secret);
  if (!read) say(true, read.error());
}

}  // namespace

findings check_tls(const config::settings& s, system_clock::time_point now) {
  tls_check check(s, now);
  for (std::size_t i = 0; i < config::listeners_with_tls.size(); ++i) check.listener(i);
  check.ticket_secret();
  findings all = check.take();
  for (finding& each : check_tls_secrets(s)) all.push_back(std::move(each));
  return all;
}

findings check_tls_secrets(const config::settings& s) {
  std::set<std::string> files;
  for (const config::listener_with_tls& each : config::listeners_with_tls) {
    const auto whole = config::tls_in_force(s, each);
    if (!whole) continue;
    const auto& keys = whole->keys.empty() ? whole->certificates : whole->keys;
    files.insert(keys.begin(), keys.end());
  }
  if (!s.ticket_secret.empty()) files.insert(s.ticket_secret);
  findings out;
  for (const std::string& file : files)
    if (is_open_to_others(file))
      out.push_back(
          {true,
           "'" + file + "' holds a secret of TLS and may be read by every user of this machine: chmod 640 " + file});
  return out;
}

}  // namespace gateway::app
