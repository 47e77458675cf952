#include "gateway/api/client_address.h"

#include <algorithm>

namespace gateway::api {

using config::forwarded_field;
using http1::forwarded_by;
using http1::forwarded_hops;

client_address::client_address(const config::settings& of) : field_(of.forwarded_field) {
  for (const std::string& text : of.trusted_proxies) trusted_.push_back(*config::parse_network(text));
}

bool client_address::is_trusted(const auth::ip_address& address) const noexcept {
  return std::ranges::any_of(trusted_, [&](const config::network& n) { return config::contains(n, address); });
}

// Each trusted hop is believed about the one before it. A hop that hides its client stands for it.
auth::ip_address client_address::walk(forwarded_hops hops, const auth::ip_address& connection) const {
  auth::ip_address at = connection;
  while (is_trusted(at)) {
    const http1::hop before = hops.next();
    if (before.is != http1::hop::kind::address) break;
    at = before.address;
  }
  return at;
}

// A proxy that writes one of the fields passes the other on as the client has made it up. If both are there and
// nobody has said which is the proxies', they are believed only where they agree.
auth::ip_address client_address::of(const http1::request_head& head, const auth::ip_address& connection) const {
  if (field_ == forwarded_field::off || !is_trusted(connection)) return connection;
  const forwarded_hops standard(head, forwarded_by::forwarded);
  const forwarded_hops usual(head, forwarded_by::x_forwarded_for);
  if (field_ == forwarded_field::forwarded) return walk(standard, connection);
  if (field_ == forwarded_field::x_forwarded_for || !standard.is_there()) return walk(usual, connection);
  const auth::ip_address said = walk(standard, connection);
  return !usual.is_there() || walk(usual, connection) == said ? said : connection;
}

}  // namespace gateway::api
