#include "gateway/config/tls_options.h"

#include <deque>
#include <utility>

#include "gateway/config/option_types.h"

namespace gateway::config {
namespace {

using S = settings;
using T = listener_tls;

constexpr std::size_t certificates_max = 64;
constexpr std::size_t proxies_max = 1000;

std::string check_file(const std::string& text) {
  return text.empty() ? std::string("a file's name is empty") : std::string();
}
std::string check_any(const std::string&) { return {}; }

std::string check_proxy(const std::string& text) {
  const auto read = parse_network(text);
  return read ? std::string() : read.error().text;
}

/// A path that is made, and kept as long as the option table.
std::string_view kept(std::string_view section, std::string_view key) {
  static std::deque<std::string> all;
  return all.emplace_back(std::string(section) + "." + std::string(key));
}

std::string_view doc(bool is_shared, std::string_view shared, std::string_view own) { return is_shared ? shared : own; }

setting_option mode_option(std::string_view section, T S::*of) {
  static constexpr choices<tls_mode, 4> modes{{{"auto", tls_mode::automatic},
                                               {"off", tls_mode::off},
                                               {"optional", tls_mode::optional},
                                               {"required", tls_mode::required}}};
  return choice_option<S>(kept(section, "mode"), at(of, &T::mode), modes,
                          "Whether this listener speaks TLS. auto: required where there is a certificate (the admin "
                          "listener: optional, so that a scraper may stay plain). optional: both on one port.");
}

/// `is_shared`: of `tls`, which holds for each listener that does not say otherwise.
std::vector<setting_option> options_of(std::string_view section, T S::*of, bool is_shared) {
  static constexpr choices<client_auth, 4> asks{{{"auto", client_auth::automatic},
                                                 {"none", client_auth::none},
                                                 {"optional", client_auth::optional},
                                                 {"required", client_auth::required}}};
  static constexpr choices<tls_version, 3> versions{
      {{"auto", tls_version::automatic}, {"1.2", tls_version::v1_2}, {"1.3", tls_version::v1_3}}};
  const auto files = [&](std::string_view key, auto member, std::string_view text) {
    return reloadable(list_option<S>(kept(section, key), at(of, member), "file, or list of files", certificates_max,
                                     check_file, text));
  };
  return {
      files(
          "certificate", &T::certificates,
          doc(is_shared,
              "PEM file of the certificate, with its chain behind it. Several: the client's server name (SNI) chooses, "
              "and the first is for those that ask for none of them. A renewed file is taken up by itself.",
              "This listener's own, instead of `tls.certificate`.")),
      files("key", &T::keys,
            doc(is_shared,
                "PEM file of the key, one for each certificate. Without it, the key stands in the certificate's file.",
                "Its key.")),
      reloadable(text_option<S>(
          kept(section, "client_ca"), at(of, &T::client_ca), "file", check_any,
          doc(is_shared, "PEM file of the authorities that clients' certificates lead to.", "This listener's own."))),
      reloadable(
          choice_option<S>(kept(section, "client_auth"), at(of, &T::clients), asks,
                           doc(is_shared,
                               "Whether clients show a certificate. optional: one that is shown must be good. auto: "
                               "none.",
                               "auto: as `tls.client_auth` says."))),
      reloadable(
          text_option<S>(kept(section, "crl"), at(of, &T::crl), "file", check_any,
                         doc(is_shared,
                             "PEM file of the revocation lists of those authorities. A renewed file is taken up by "
                             "itself; session tickets of before are then worth nothing.",
                             "This listener's own."))),
      reloadable(choice_option<S>(kept(section, "minimum_version"), at(of, &T::minimum), versions,
                                  doc(is_shared, "The oldest version of TLS that is spoken. auto: 1.2.",
                                      "auto: as `tls.minimum_version` says."))),
  };
}

void add_flaws(const listener_with_tls& of, const settings& s, std::vector<tls_flaw>& to) {
  const std::string section = std::string(of.path) + "_tls";
  const listener_tls whole = complete_tls(s, of);
  const bool own_certificate = !(s.*of.tls).certificates.empty();
  const std::string from = own_certificate ? section : std::string("tls");
  const tls_mode said = (s.*of.tls).mode;
  if (whole.certificates.empty() && (said == tls_mode::optional || said == tls_mode::required))
    to.push_back({section + ".mode", "TLS needs a certificate: write tls.certificate and tls.key"});
  if (!whole.keys.empty() && whole.keys.size() != whole.certificates.size())
    to.push_back({from + ".key",
                  "write one key for each certificate, in the same order, or none where the "
                  "certificates' files hold them"});
  if (whole.mode == tls_mode::off) return;
  if (whole.clients != client_auth::none && whole.client_ca.empty())
    to.push_back({(s.*of.tls).clients == client_auth::automatic ? "tls.client_auth" : section + ".client_auth",
                  "clients' certificates are checked against authorities: write tls.client_ca"});
}

}  // namespace

listener_tls complete_tls(const settings& s, const listener_with_tls& of) {
  return complete(s.*of.tls, s.tls, of.tls == &settings::admin_tls);
}

std::optional<listener_tls> tls_in_force(const settings& s, const listener_with_tls& of) {
  listener_tls whole = complete_tls(s, of);
  if (whole.mode == tls_mode::off || !(s.*of.at)) return std::nullopt;
  return whole;
}

std::vector<setting_option> listener_tls_options() {
  std::vector<setting_option> out;
  for (const listener_with_tls& each : listeners_with_tls) {
    const std::string section = std::string(each.path) + "_tls";
    out.push_back(mode_option(section, each.tls));
    for (setting_option& o : options_of(section, each.tls, false)) out.push_back(std::move(o));
  }
  return out;
}

std::vector<setting_option> tls_options() {
  std::vector<setting_option> out = options_of("tls", &S::tls, true);
  out.push_back(
      text_option<S>("tls.ticket_secret", at(&S::ticket_secret), "file", check_any,
                     "File with a secret of at least 32 bytes that several instances share, so that a session "
                     "ticket of one is good for all. Without it, each has keys of its own; keys change every 6 "
                     "hours either way."));
  out.push_back(list_option<S>(
      "trusted_proxies", at(&S::trusted_proxies), "list of addresses and networks", proxies_max, check_proxy,
      "Load balancers whose word about the client's address is taken: the PROXY protocol (v1, v2) at the "
      "beginning of a connection, Forwarded and X-Forwarded-For of a request. From others they mean nothing."));
  static constexpr choices<forwarded_field, 4> fields{{{"auto", forwarded_field::automatic},
                                                       {"off", forwarded_field::off},
                                                       {"Forwarded", forwarded_field::forwarded},
                                                       {"X-Forwarded-For", forwarded_field::x_forwarded_for}}};
  out.push_back(choice_option<S>(
      "forwarded_field", at(&S::forwarded_field), fields,
      "In which field of a request the trusted proxies name its client. auto: in the one that is there; a request with "
      "both that disagree counts as the proxy's own. A proxy leaves the field that it does not write as the client "
      "made it up, so name the one that yours write."));
  return out;
}

std::vector<tls_flaw> tls_flaws(const settings& s) {
  std::vector<tls_flaw> out;
  for (const listener_with_tls& each : listeners_with_tls)
    if (s.*each.at) add_flaws(each, s, out);
  return out;
}

}  // namespace gateway::config
