#include "batching/stream/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace batching::stream {
namespace {

// What an operator changes, for what certificates are mostly refused for.
std::string told(long verdict, const std::string& peer) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is not for '" + peer + "': the broker must advertise a name that its certificate has";
    case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate has expired: renew the broker's certificate";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "its certificate is not valid yet: check the clocks of both sides";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is from an authority that is not trusted: set ssl.ca.location to the "
             "authority's certificate";
    default: return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
  }
}

std::string told_reason(unsigned long code) {
  switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return "it does not speak TLS on this port: check the port, or security.protocol";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "it wants a certificate of ours: set ssl.certificate.location and ssl.key.location";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
      return "it refuses our certificate: have it signed by an authority that the broker trusts";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: return "our certificate has expired: renew it";
    default: break;
  }
  const char* text = ERR_reason_error_string(code);
  return std::string("TLS fails: ") + (text != nullptr ? text : "the connection was closed");
}

}  // namespace

tls_session::tls_session(std::shared_ptr<tls_context> of, int descriptor, std::string peer)
    : context_(std::move(of)), peer_(std::move(peer)), connection_(context_->open(descriptor, peer_)) {}

tls_session::~tls_session() {
  if (connection_ == nullptr) return;
  // Best effort, and once: a session whose connection ended without a word could not be resumed.
  if (!is_broken_ && SSL_is_init_finished(connection_) == 1) SSL_shutdown(connection_);
  ERR_clear_error();
  SSL_free(connection_);
}

tls_session::answer tls_session::handshake() noexcept {
  if (connection_ == nullptr) return {};
  ERR_clear_error();
  const answer a = answer_to(SSL_do_handshake(connection_), 1);
  if (a.result.is == io_result::state::failed || a.result.is == io_result::state::ended) return {};
  return a;
}

tls_session::answer tls_session::read_some(char* to, std::size_t room) noexcept {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int returned = SSL_read_ex(connection_, to, room, &bytes);
  return answer_to(returned, bytes);
}

tls_session::answer tls_session::write_some(std::string_view bytes) noexcept {
  ERR_clear_error();
  std::size_t written = 0;
  const int returned = SSL_write_ex(connection_, bytes.data(), bytes.size(), &written);
  return answer_to(returned, written);
}

bool tls_session::has_pending() const noexcept { return SSL_pending(connection_) > 0; }

bool tls_session::was_resumed() const noexcept { return SSL_session_reused(connection_) == 1; }

void tls_session::end_sending() noexcept {
  ERR_clear_error();
  if (!is_broken_) SSL_shutdown(connection_);
}

tls_session::answer tls_session::answer_to(int returned, std::size_t bytes) noexcept {
  using state = io_result::state;
  if (returned == 1) return {{state::done, bytes}};
  switch (SSL_get_error(connection_, returned)) {
    case SSL_ERROR_WANT_READ: return {{state::would_block, 0}, readiness::input};
    case SSL_ERROR_WANT_WRITE: return {{state::would_block, 0}, readiness::room};
    case SSL_ERROR_ZERO_RETURN: return {{state::ended, 0}};
    default:
      is_broken_ = true;
      explain();
      return {{state::failed, 0}};
  }
}

void tls_session::explain() {
  const int system_error = errno;
  const unsigned long code = ERR_peek_last_error();
  const long verdict = SSL_get_verify_result(connection_);
  if (verdict != X509_V_OK && SSL_is_init_finished(connection_) == 0 && SSL_is_server(connection_) == 0)
    failure_ = told(verdict, peer_);
  else if (code != 0 && ERR_GET_REASON(code) != SSL_R_UNEXPECTED_EOF_WHILE_READING)
    failure_ = told_reason(code);
  else if (code == 0 && system_error != 0)
    failure_ = std::strerror(system_error);
  else
    failure_ = "it closed the connection";
  ERR_clear_error();
}

}  // namespace batching::stream
