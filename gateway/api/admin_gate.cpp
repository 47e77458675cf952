// The gate of the admin listener.
#include <openssl/evp.h>

#include <algorithm>

#include "gateway/api/admin/page.h"
#include "gateway/api/gates.h"
#include "gateway/api/origins.h"
#include "gateway/auth/hash.h"
#include "gateway/auth/text_codes.h"
#include "gateway/config/values.h"
#include "gateway/http1/chars.h"

namespace gateway::api {
namespace {

using http1::field;
using maybe = std::optional<http1::problem>;

constexpr std::string_view ask_for_token =
    "WWW-Authenticate: Basic realm=\"headgate admin\", charset=\"UTF-8\"\r\n"
    "WWW-Authenticate: Bearer realm=\"headgate admin\"\r\n";

/// `sha256-..` of the page's one script: no other runs, wherever it would come from.
std::string hash_of_script(std::string_view page) {
  const std::size_t begin = page.find("<script>");
  const std::size_t end = page.find("</script>");
  if (begin == std::string_view::npos || end == std::string_view::npos) return "'none'";
  const auth::digest hash = auth::sha256({page.substr(begin + 8, end - begin - 8)});
  unsigned char text[64];
  const int size = EVP_EncodeBlock(text, hash.data(), static_cast<int>(hash.size()));
  return "'sha256-" + std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)) + "'";
}

const std::string& page_fields() {
  static const std::string fields =
      "Content-Security-Policy: default-src 'none'; script-src " + hash_of_script(admin::status_page_html()) +
      "; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: "
      "no-referrer\r\nCache-Control: no-store\r\n";
  return fields;
}

bool is_address(std::string_view host) noexcept {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// `Bearer TOKEN`, or Basic with the token as password.
bool is_token(std::string_view authorization, const std::string& token) {
  if (authorization.size() > 7 && http1::equals_ignoring_case(authorization.substr(0, 7), "bearer "))
    return auth::equal_in_constant_time(authorization.substr(7), token);
  if (authorization.size() <= 6 || !http1::equals_ignoring_case(authorization.substr(0, 6), "basic ")) return false;
  const auto both = auth::from_base64(authorization.substr(6));
  const std::size_t colon = both ? both->find(':') : std::string::npos;
  return colon != std::string::npos && auth::equal_in_constant_time(std::string_view(*both).substr(colon + 1), token);
}

maybe check_host(const http1::call& c) {
  if (is_own_host(c.head[field::host], c.on.settings().admin_hosts)) return {};
  return http1::problem{http1::errc::host_not_allowed,
                        "ask by address, or add the name to listen.admin_hosts (pages must not reach this listener)"};
}

}  // namespace

bool is_own_host(std::string_view host, const std::vector<std::string>& hosts) noexcept {
  if (host.empty()) return true;  // HTTP/1.0, which no browser speaks
  if (!host.starts_with('[')) host = host.substr(0, std::min(host.find(':'), host.size()));
  if (is_address(host) || host.find('.') == std::string_view::npos) return true;
  std::string small(host);
  std::ranges::transform(small, small.begin(), [](char ch) { return http1::lower(ch); });
  return small == "localhost" || small.ends_with(".localhost") ||
         std::ranges::any_of(hosts, [&](const std::string& pattern) { return config::matches(pattern, small); });
}

maybe admin_gate::admit(http1::call& c, const http1::route& to, http1::exchange& x) {
  if (auto wrong = check_host(c)) return wrong;
  if (is_foreign(c.head))
    return http1::problem{http1::errc::origin_not_allowed, "pages of other origins may not ask the admin listener"};
  if (to.counted_as == metrics::route::healthz || to.counted_as == metrics::route::readyz) return {};
  x.reply.kept_fields += page_fields();
  const std::string& token = c.on.settings().admin_token;
  if (token.empty() || is_token(c.head[field::authorization], token)) return {};
  x.reply.kept_fields += ask_for_token;
  return http1::problem{http1::errc::unauthorized,
                        "the admin listener asks for its token (listen.admin_token): as bearer token, or as the "
                        "password of Basic"};
}

maybe admin_gate::options(const http1::call& c, const http1::route&, std::string_view, http1::exchange&) {
  if (auto wrong = check_host(c)) return wrong;
  if (is_foreign(c.head))
    return http1::problem{http1::errc::origin_not_allowed, "pages of other origins may not ask the admin listener"};
  return {};
}

}  // namespace gateway::api
