// One GET of a small document over http or https, for the issuer's keys: OpenSSL's own client, with the system's
// authorities, the host's name checked, a bound on size and time. Blocks; called on the authority's thread only.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <string>

namespace gateway::auth {

struct http_error {
  std::string text;
};

[[nodiscard]] boost::system::result<std::string, http_error> http_get(const std::string& url, std::size_t bytes_max,
                                                                      std::chrono::seconds patience);

}  // namespace gateway::auth
