#include "batching/stream/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace batching::stream {
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
  using state = io_result::state;
  ERR_clear_error();
  std::size_t total = 0;
  while (total < bytes.size()) {
    std::size_t written = 0;
    const int returned = SSL_write_ex(connection_, bytes.data() + total, bytes.size() - total, &written);
    if (returned != 1) {
      const answer a = answer_to(returned, 0);
      return a.result.is == state::would_block && total > 0 ? answer{{state::done, total}, a.waits} : a;
    }
    total += written;
  }
  return {{state::done, total}};
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
  const bool is_greeting = SSL_is_init_finished(connection_) == 0;
  const long verdict = is_greeting ? SSL_get_verify_result(connection_) : X509_V_OK;
  failed_by_ = failure_of(code, verdict);
  if (code == 0 && verdict == X509_V_OK)
    failure_ = system_error != 0 ? std::strerror(system_error) : "it closed the connection";
  else if (SSL_is_server(connection_) == 1)
    failure_ = told_to_server(code, verdict);
  else if (verdict == X509_V_OK && failed_by_ == tls_failure::closed)
    failure_ = is_greeting ? "it closes the connection in the TLS handshake: check that this port speaks TLS"
                           : "it closed the connection";
  else
    failure_ = told_to_client(code, verdict, peer_, context_->words());
  ERR_clear_error();
}

std::optional<certificate_names> tls_session::peer() const {
  X509* const shown = SSL_get0_peer_certificate(connection_);
  if (shown == nullptr || SSL_get_verify_result(connection_) != X509_V_OK) return std::nullopt;
  return names_of(*shown);
}

}  // namespace batching::stream
