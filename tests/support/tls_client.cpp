#include "tests/support/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace tests {
namespace {

// As the program does: OpenSSL writes to sockets without MSG_NOSIGNAL, on both sides of a test.
[[maybe_unused]] const auto ignored = std::signal(SIGPIPE, SIG_IGN);

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{5, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ? fd : -1;
}

std::string last_error() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text != nullptr ? text : "closed";
}

}  // namespace

tls_client::tls_client(std::uint16_t port, tls_offer offer)
    : fd_(connect_to(port)), context_(SSL_CTX_new(TLS_client_method())) {
  configure(offer);
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, fd_);
  if (!offer.server_name.empty()) {
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, offer.server_name.data());
    SSL_set1_host(ssl_, offer.server_name.c_str());
  }
  if (offer.session) SSL_set_session(ssl_, offer.session.get());
  if (SSL_connect(ssl_) != 1) error_ = last_error();
}

tls_client::tls_client(tls_client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      context_(std::exchange(other.context_, nullptr)),
      ssl_(std::exchange(other.ssl_, nullptr)),
      error_(std::move(other.error_)),
      over_(other.over_) {}

tls_client::~tls_client() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  if (fd_ >= 0) ::close(fd_);
}

void tls_client::configure(const tls_offer& offer) {
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
  if (!offer.suites.empty()) SSL_CTX_set_cipher_list(context_, offer.suites.c_str());
  if (offer.version_min != 0) SSL_CTX_set_min_proto_version(context_, offer.version_min);
  if (offer.version_max != 0) SSL_CTX_set_max_proto_version(context_, offer.version_max);
  if (!offer.trusts.empty()) {
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_load_verify_file(context_, offer.trusts.c_str());
  }
  if (!offer.certificate.empty()) {
    SSL_CTX_use_certificate_chain_file(context_, offer.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context_, offer.key.c_str(), SSL_FILETYPE_PEM);
  }
  std::string list;
  for (const std::string& p : offer.protocols) list += static_cast<char>(p.size()) + p;
  if (!list.empty())
    SSL_CTX_set_alpn_protos(context_, reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned>(list.size()));
}

bool tls_client::send(std::string_view bytes) {
  std::size_t written = 0;
  return SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) == 1 && written == bytes.size();
}

std::string tls_client::read_some() {
  char buffer[65536];
  std::size_t got = 0;
  if (SSL_read_ex(ssl_, buffer, sizeof buffer, &got) == 1) return {buffer, got};
  over_ = true;
  error_ = SSL_get_error(ssl_, 0) == SSL_ERROR_ZERO_RETURN ? "" : last_error();
  return {};
}

std::string tls_client::read_until(std::string_view text) {
  std::string out;
  while (!over_ && (text.empty() || out.find(text) == std::string::npos)) out += read_some();
  return out;
}

std::string tls_client::version() const { return SSL_get_version(ssl_); }

std::string tls_client::protocol() const {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &chosen, &size);
  return {reinterpret_cast<const char*>(chosen), size};
}

std::string tls_client::server_common_name() const {
  X509* const shown = SSL_get0_peer_certificate(ssl_);
  if (shown == nullptr) return {};
  char name[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
  return name;
}

bool tls_client::was_resumed() const { return SSL_session_reused(ssl_) == 1; }

std::shared_ptr<SSL_SESSION> tls_client::session() const { return {SSL_get1_session(ssl_), &SSL_SESSION_free}; }

}  // namespace tests
