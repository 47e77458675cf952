#include "gateway/auth/http_get.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

namespace gateway::auth {
namespace {

using result = boost::system::result<std::string, http_error>;
template <typename T, void (*Free)(T*)>
struct freed {
  void operator()(T* t) const noexcept { Free(t); }
};
using tls_context = std::unique_ptr<SSL_CTX, freed<SSL_CTX, SSL_CTX_free>>;
using stream = std::unique_ptr<BIO, freed<BIO, BIO_free_all>>;

constexpr std::size_t head_bytes_max = 16 * 1024;
constexpr unsigned nap_ms = 50;

struct target {
  bool is_https = false;
  std::string host, port, path;
};

std::string last_error() {
  std::string out;
  while (const unsigned long code = ERR_get_error()) {
    const char* const reason = ERR_reason_error_string(code);
    if (reason != nullptr) out += (out.empty() ? "" : ", ") + std::string(reason);
  }
  return out.empty() ? "no answer in time" : out;
}

std::string taken(char* text) {
  std::string out(text != nullptr ? text : "");
  OPENSSL_free(text);
  return out;
}

bool read_url(const std::string& url, target& out) {
  int tls = 0;
  char *host = nullptr, *port = nullptr, *path = nullptr, *query = nullptr;
  const bool good = OSSL_HTTP_parse_url(url.c_str(), &tls, nullptr, &host, &port, nullptr, &path, &query, nullptr) == 1;
  out = {tls == 1, taken(host), taken(port), taken(path)};
  if (const std::string q = taken(query); !q.empty()) out.path += "?" + q;
  return good && std::ranges::none_of(out.path + out.host, [](char c) { return c <= 0x20; });
}

tls_context make_context() {
  tls_context out(SSL_CTX_new(TLS_client_method()));
  if (!out || SSL_CTX_set_default_verify_paths(out.get()) != 1) return nullptr;
  SSL_CTX_set_min_proto_version(out.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(out.get(), SSL_VERIFY_PEER, nullptr);
  return out;
}

/// Repeats `step` until it does not ask for it any more or the time is over.
template <typename Step>
int until_done(BIO* on, std::time_t deadline, Step step) {
  for (;;) {
    const int done = step();
    if (done > 0 || BIO_should_retry(on) == 0) return done;
    if (BIO_wait(on, deadline, nap_ms) != 1) return -1;
  }
}

/// Puts TLS on the connection; the host's name is checked with its certificate.
bool secure(stream& connection, SSL_CTX* with, const std::string& host, std::time_t deadline) {
  BIO* const tls = BIO_new_ssl(with, 1);
  if (tls == nullptr) return false;
  connection.reset(BIO_push(tls, connection.release()));
  SSL* session = nullptr;
  BIO_ctrl(tls, BIO_C_GET_SSL, 0, &session);
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, host.c_str()) == 1 &&
         SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str())) ==
             1 &&
         until_done(tls, deadline,
                    [&] { return static_cast<int>(BIO_ctrl(tls, BIO_C_DO_STATE_MACHINE, 0, nullptr)); }) == 1;
}

std::string_view field_of(std::string_view head, std::string_view small_name) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon != small_name.size()) continue;
    const bool is_it = std::equal(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), small_name.begin(),
                                  [](char a, char b) { return (a | 0x20) == b || a == b; });
    if (!is_it) continue;
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    return value == std::string_view::npos ? std::string_view() : line.substr(value);
  }
  return {};
}

/// Whether `all` has the whole body, as far as its head says how long it is.
bool is_whole(std::string_view all, std::size_t body_at) {
  const std::string_view digits = field_of(all.substr(0, body_at), "content-length");
  std::size_t size = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  return !digits.empty() && read.ec == std::errc() && all.size() - body_at >= size;
}

std::string receive(BIO* from, std::size_t bytes_max, std::time_t deadline) {
  std::string all;
  char some[4096];
  while (all.size() <= head_bytes_max + bytes_max) {
    const int got = until_done(from, deadline, [&] { return BIO_read(from, some, sizeof some); });
    if (got <= 0) break;
    all.append(some, static_cast<std::size_t>(got));
    const std::size_t end = all.find("\r\n\r\n");
    if (end != std::string::npos && is_whole(all, end + 4)) break;
  }
  return all;
}

result body_of(const std::string& all, std::size_t bytes_max) {
  const std::size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos) return http_error{last_error()};
  if (!all.starts_with("HTTP/1.") || all.substr(8, 5) != " 200 ")
    return http_error{"answered " + all.substr(0, std::min<std::size_t>(all.find("\r\n"), 60))};
  if (!field_of(std::string_view(all).substr(0, end + 2), "transfer-encoding").empty())
    return http_error{"answered HTTP/1.0 in chunks"};
  if (all.size() - end - 4 > bytes_max) return http_error{"is larger than " + std::to_string(bytes_max) + " bytes"};
  return {boost::system::in_place_value, all.substr(end + 4)};
}

}  // namespace

// HTTP/1.0, so that the answer has neither chunks nor a connection to keep.
result http_get(const std::string& url, std::size_t bytes_max, std::chrono::seconds patience) {
  ERR_clear_error();
  target to;
  if (!read_url(url, to)) return http_error{"is no address: " + last_error()};
  const tls_context tls = to.is_https ? make_context() : nullptr;
  if (to.is_https && !tls) return http_error{"TLS cannot be set up: " + last_error()};
  const std::time_t deadline = std::time(nullptr) + patience.count();
  stream connection(BIO_new_connect((to.host + ":" + to.port).c_str()));
  if (!connection || BIO_do_connect_retry(connection.get(), static_cast<int>(patience.count()), nap_ms) != 1)
    return http_error{"cannot be reached: " + last_error()};
  if (tls && !secure(connection, tls.get(), to.host, deadline)) return http_error{"TLS failed: " + last_error()};
  const std::string asked = "GET " + to.path + " HTTP/1.0\r\nHost: " + to.host + ":" + to.port +
                            "\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
  const int size = static_cast<int>(asked.size());
  if (until_done(connection.get(), deadline, [&] { return BIO_write(connection.get(), asked.data(), size); }) != size)
    return http_error{last_error()};
  return body_of(receive(connection.get(), bytes_max, deadline), bytes_max);
}

}  // namespace gateway::auth
