#include "batching/stream/tls_context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

namespace batching::stream {
namespace {

bool is_address(const std::string& peer) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(AF_INET, peer.c_str(), parsed.data()) == 1 || inet_pton(AF_INET6, peer.c_str(), parsed.data()) == 1;
}

int give_password(char* to, int room, int, void* password) {
  const auto* text = static_cast<const std::string*>(password);
  if (std::cmp_greater(text->size(), room)) return -1;
  text->copy(to, text->size());
  return static_cast<int>(text->size());
}

}  // namespace

// OpenSSL writes to sockets without MSG_NOSIGNAL, and a BIO of our own would lose kTLS: so a peer that has gone would
// kill every program that speaks TLS, before it has a sentence for it.
tls_context::tls_context() noexcept {
  struct sigaction now {};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

boost::system::result<std::shared_ptr<tls_context>, std::string> tls_context::make(const tls_settings& settings) {
  std::shared_ptr<tls_context> made(new tls_context);
  if (std::string wrong = made->configure(settings); !wrong.empty()) return wrong;
  return made;
}

std::string tls_context::why() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* text = ERR_reason_error_string(code);
  return text != nullptr ? text : "unknown error";
}

tls_context::~tls_context() {
  for (const auto& [peer, session] : sessions_) SSL_SESSION_free(session);
  SSL_CTX_free(context_);
}

std::string tls_context::configure(const tls_settings& settings) {
  ERR_clear_error();
  context_ = SSL_CTX_new(TLS_client_method());
  if (context_ == nullptr) return "TLS is not to be had: " + why();
  SSL_CTX_set_app_data(context_, this);
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_options(context_, SSL_OP_ENABLE_KTLS);  // where kernel and library can; else nothing changes
  SSL_CTX_set_mode(context_,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  words_ = settings.words;
  verify_name_ = settings.verify && settings.verify_name;
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context_, &tls_context::keep_session);
  if (std::string wrong = trust(settings); !wrong.empty()) return wrong;
  if (settings.certificate.empty()) return {};
  return load_key(context_, settings.certificate, settings.key, settings.key_password);
}

std::string tls_context::trust(const tls_settings& settings) {
  SSL_CTX_set_verify(context_, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (settings.ca.empty()) {
    SSL_CTX_set_default_verify_paths(context_);
  } else if (SSL_CTX_load_verify_file(context_, settings.ca.c_str()) != 1) {
    return "the authorities' certificates in '" + settings.ca + "' cannot be used: " + why();
  }
  return {};
}

std::string tls_context::load_key(SSL_CTX* to, const std::string& certificate, const std::string& key_file,
                                  std::string password) {
  const std::string& key = key_file.empty() ? certificate : key_file;
  SSL_CTX_set_default_passwd_cb(to, give_password);
  SSL_CTX_set_default_passwd_cb_userdata(to, &password);
  std::string wrong;
  if (SSL_CTX_use_certificate_chain_file(to, certificate.c_str()) != 1)
    wrong = "our certificate in '" + certificate + "' cannot be used: " + why();
  else if (SSL_CTX_use_PrivateKey_file(to, key.c_str(), SSL_FILETYPE_PEM) != 1 &&
           ERR_GET_REASON(ERR_peek_error()) != X509_R_KEY_VALUES_MISMATCH)
    wrong = "the key in '" + key + "' cannot be used: " + why();
  else if (SSL_CTX_check_private_key(to) != 1)
    wrong = "the key in '" + key + "' does not belong to the certificate in '" + certificate + "'";
  SSL_CTX_set_default_passwd_cb_userdata(to, nullptr);
  ERR_clear_error();
  return wrong;
}

ssl_st* tls_context::open(int descriptor, const std::string& peer) {
  SSL* const made = SSL_new(context_);
  if (made == nullptr) return nullptr;
  SSL_set_fd(made, descriptor);
  SSL_set_connect_state(made);
  SSL_set_app_data(made, const_cast<std::string*>(&peer));
  X509_VERIFY_PARAM* const demands = SSL_get0_param(made);
  if (is_address(peer)) {
    if (verify_name_) X509_VERIFY_PARAM_set1_ip_asc(demands, peer.c_str());
  } else {
    // Does the same as SSL_set_tlsext_host_name(), a macro that casts away const.
    std::string name = peer;
    SSL_ctrl(made, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    X509_VERIFY_PARAM_set_hostflags(demands, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (verify_name_) X509_VERIFY_PARAM_set1_host(demands, peer.c_str(), peer.size());
  }
  resume(made, peer);
  return made;
}

void tls_context::resume(SSL* connection, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  if (const auto kept = sessions_.find(peer); kept != sessions_.end()) SSL_set_session(connection, kept->second);
}

// 1: the session is ours now. A newer one takes the place of the older one.
int tls_context::keep_session(SSL* of, SSL_SESSION* session) {
  auto* const self = static_cast<tls_context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(of)));
  const auto* const peer = static_cast<const std::string*>(SSL_get_app_data(of));
  if (peer == nullptr) return 0;
  const std::lock_guard lock(self->mutex_);
  auto at = self->sessions_.find(*peer);
  if (at == self->sessions_.end()) {
    if (self->sessions_.size() >= sessions_max) return 0;
    at = self->sessions_.emplace(*peer, nullptr).first;
  }
  SSL_SESSION_free(std::exchange(at->second, session));
  return 1;
}

}  // namespace batching::stream
