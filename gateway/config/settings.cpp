#include "gateway/config/settings.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "gateway/config/values.h"

namespace gateway::config {

const topic_settings& settings::of_topic(std::string_view name) const {
  for (const topic_settings& t : topics)
    if (matches(t.pattern, name)) return t;
  assert(false && "finalize() ends the list with the pattern *");
  std::abort();
}

bool settings::has_store() const noexcept {
  return std::ranges::any_of(topics, [](const topic_settings& t) { return t.mode == topic_mode::store; });
}

listener_tls complete(listener_tls own, const listener_tls& shared, bool is_admin) {
  if (own.certificates.empty()) {  // a certificate without its key is nobody's
    own.certificates = shared.certificates;
    own.keys = shared.keys;
  }
  if (own.client_ca.empty()) own.client_ca = shared.client_ca;
  if (own.crl.empty()) own.crl = shared.crl;
  if (own.clients == client_auth::automatic) own.clients = shared.clients;
  if (own.clients == client_auth::automatic) own.clients = client_auth::none;
  if (own.minimum == tls_version::automatic) own.minimum = shared.minimum;
  if (own.minimum == tls_version::automatic) own.minimum = tls_version::v1_2;
  if (own.mode == tls_mode::automatic) own.mode = is_admin ? tls_mode::optional : tls_mode::required;
  if (own.certificates.empty()) own.mode = tls_mode::off;
  return own;
}

}  // namespace gateway::config
