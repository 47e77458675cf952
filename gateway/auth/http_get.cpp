#include "gateway/auth/http_get.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <utility>

namespace gateway::auth {
namespace {

template <typename T, void (*Free)(T*)>
struct freed {
  void operator()(T* t) const noexcept { Free(t); }
};
using tls_context = std::unique_ptr<SSL_CTX, freed<SSL_CTX, SSL_CTX_free>>;

struct target {
  SSL_CTX* tls = nullptr;
  std::string host;
};

/// OpenSSL's hook: puts TLS on the connection before it is used. The name is checked with the certificate.
BIO* secure(BIO* below, void* argument, int connects, int wants_tls) {
  const auto* to = static_cast<const target*>(argument);
  if (connects == 0 || wants_tls == 0) return below;
  BIO* const tls = BIO_new_ssl(to->tls, 1);
  if (tls == nullptr) return nullptr;
  SSL* session = nullptr;
  BIO_ctrl(tls, BIO_C_GET_SSL, 0, &session);
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (SSL_set1_host(session, to->host.c_str()) != 1 ||
      SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(to->host.c_str())) !=
          1) {
    BIO_free(tls);
    return nullptr;
  }
  return BIO_push(tls, below);
}

std::string last_error() {
  std::string out;
  while (const unsigned long code = ERR_get_error()) {
    const char* const reason = ERR_reason_error_string(code);
    if (reason != nullptr) out += (out.empty() ? "" : ", ") + std::string(reason);
  }
  return out.empty() ? "no answer" : out;
}

tls_context make_context() {
  tls_context out(SSL_CTX_new(TLS_client_method()));
  if (!out || SSL_CTX_set_default_verify_paths(out.get()) != 1) return nullptr;
  SSL_CTX_set_min_proto_version(out.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(out.get(), SSL_VERIFY_PEER, nullptr);
  return out;
}

bool is_https(const std::string& url) { return url.starts_with("https://"); }

}  // namespace

boost::system::result<std::string, http_error> http_get(const std::string& url, std::size_t bytes_max,
                                                        std::chrono::seconds patience) {
  ERR_clear_error();
  char* host = nullptr;
  if (OSSL_HTTP_parse_url(url.c_str(), nullptr, nullptr, &host, nullptr, nullptr, nullptr, nullptr, nullptr) != 1)
    return http_error{"is no address: " + last_error()};
  target to{nullptr, host};
  OPENSSL_free(host);
  const tls_context tls = is_https(url) ? make_context() : nullptr;
  to.tls = tls.get();
  if (is_https(url) && !tls) return http_error{"TLS cannot be set up: " + last_error()};
  constexpr const char* no_proxy_at_all = "";
  const std::unique_ptr<BIO, freed<BIO, BIO_free_all>> body(
      OSSL_HTTP_get(url.c_str(), no_proxy_at_all, nullptr, nullptr, nullptr, &secure, &to, 0, nullptr, nullptr, 0,
                    bytes_max, static_cast<int>(patience.count())));
  if (!body) return http_error{last_error()};
  std::string out;
  char some[4096];
  for (int got = 0; (got = BIO_read(body.get(), some, sizeof some)) > 0 && out.size() <= bytes_max;)
    out.append(some, static_cast<std::size_t>(got));
  if (out.size() > bytes_max) return http_error{"is larger than " + std::to_string(bytes_max) + " bytes"};
  return {boost::system::in_place_value, std::move(out)};
}

}  // namespace gateway::auth
