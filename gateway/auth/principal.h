// The other end of a connection: the facts it knows of its client (peer), and the tenant for which a request is made
// (principal). Values without behaviour. Listeners make a peer once for each connection; the guard makes principals
// from it and from what a request brings. No credential is kept here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gateway::auth {

/// IPv6, or IPv4 mapped into it (::ffff:a.b.c.d).
using ip_address = std::array<std::uint8_t, 16>;

/// The names of a client certificate that was verified against client_ca.
struct certificate_names {
  static constexpr std::size_t alternatives_max = 32;  // further ones are left out

  std::string common_name;                // empty: it has none
  std::vector<std::string> alternatives;  // DNS names, URIs and e-mail addresses, in the certificate's order
};

struct peer {
  ip_address address{};                                  // behind a trusted proxy: of the client that it names
  std::shared_ptr<const certificate_names> certificate;  // nullptr: none was verified; co-owned by the session's copies
};

class tenant;

/// nullptr: nobody has to say who they are (no `auth` is configured). A tenant lives as long as the process; whether it
/// may still do something is asked anew for each request.
struct principal {
  const tenant* of = nullptr;
};

}  // namespace gateway::auth
