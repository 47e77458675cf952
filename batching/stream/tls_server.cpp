#include "batching/stream/tls_server.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "batching/stream/tls_callbacks.h"

namespace batching::stream {
namespace {

// Forward secrecy and authenticated encryption only; what a client of the last ten years offers.
constexpr const char* suites_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* suites_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void harden(SSL_CTX* made, bool only_1_3) {
  SSL_CTX_set_min_proto_version(made, only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(made, suites_1_2);
  SSL_CTX_set_ciphersuites(made, suites_1_3);
  SSL_CTX_set1_groups_list(made, groups);
  SSL_CTX_set_options(made, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                                SSL_OP_NO_COMPRESSION);
  // An idle connection holds no buffers.
  SSL_CTX_set_mode(made,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(made, 32 * 1024);  // of a client: a chain of four with long keys
}

}  // namespace

boost::system::result<std::shared_ptr<tls_server>, std::string> tls_server::make(tls_server_settings settings) {
  std::shared_ptr<tls_server> made(new tls_server(std::move(settings)));
  if (std::string wrong = made->configure(); !wrong.empty()) return wrong;
  return made;
}

tls_server::~tls_server() {
  for (std::size_t i = 1; i < contexts_.size(); ++i) SSL_CTX_free(contexts_[i]);  // tls_context frees the first
}

std::string tls_server::configure() {
  if (settings_.certificates.empty()) return "no certificate is named";
  for (const auto& each : settings_.certificates)
    if (std::string wrong = add(each); !wrong.empty()) return wrong;
  return {};
}

std::string tls_server::add(const tls_server_settings::pair& from) {
  ERR_clear_error();
  SSL_CTX* const made = SSL_CTX_new(TLS_server_method());
  if (made == nullptr) return "TLS is not to be had: " + why();
  if (contexts_.empty()) context_ = made;
  contexts_.push_back(made);
  auto facts = read_certificate(from.certificate);
  if (!facts) return facts.error();
  if (!facts->weakness.empty())
    return "the certificate '" + from.certificate + "' has " + facts->weakness +
           ", which can be broken: make a new one with RSA 2048 or P-256";
  facts_.push_back(std::move(*facts));
  harden(made, settings_.only_1_3);
  tls_callbacks::install(made, *this);
  if (std::string wrong = load_key(made, from.certificate, from.key, {}); !wrong.empty()) return wrong;
  if (std::string wrong = ask_clients(made); !wrong.empty()) return wrong;
  return bind_sessions(made);
}

std::string tls_server::ask_clients(SSL_CTX* to) const {
  if (settings_.clients == client_certificates::none) return {};
  const int must = settings_.clients == client_certificates::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(to, SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE | must, nullptr);
  const char* const file = settings_.client_ca.c_str();
  auto* const names = SSL_load_client_CA_file(file);
  if (names == nullptr || SSL_CTX_load_verify_file(to, file) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return "the authorities' certificates in '" + settings_.client_ca + "' cannot be used: " + why();
  }
  SSL_CTX_set_client_CA_list(to, names);
  return settings_.revoked.empty() ? std::string() : read_revoked(to);
}

std::string tls_server::read_revoked(SSL_CTX* to) const {
  X509_STORE* const store = SSL_CTX_get_cert_store(to);
  X509_LOOKUP* const files = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (files == nullptr || X509_load_crl_file(files, settings_.revoked.c_str(), X509_FILETYPE_PEM) < 1)
    return "the revocation list in '" + settings_.revoked + "' cannot be used: " + why();
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
  return {};
}

// A ticket stands for a client that was let in under these rules: once authorities, revocation list or demands change,
// it is worth nothing, and the client shakes hands in full.
std::string tls_server::bind_sessions(SSL_CTX* to) const {
  const std::string rules = std::to_string(static_cast<int>(settings_.clients)) + settings_.protocol + '\0' +
                            contents(settings_.client_ca) + '\0' + contents(settings_.revoked);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(rules.data()), rules.size(), digest.data());
  static_assert(SHA256_DIGEST_LENGTH <= SSL_MAX_SSL_SESSION_ID_LENGTH);
  SSL_CTX_set_session_id_context(to, digest.data(), static_cast<unsigned>(digest.size()));
  SSL_CTX_set_session_cache_mode(to, SSL_SESS_CACHE_OFF);  // tickets only: the client keeps the session
  SSL_CTX_set_timeout(to, std::chrono::seconds(ticket_keys::rotate_every).count());
  if (!settings_.tickets) SSL_CTX_set_options(to, SSL_OP_NO_TICKET);
  return {};
}

SSL* tls_server::open(int descriptor, const std::string&) {
  SSL* const made = SSL_new(context_);
  if (made == nullptr) return nullptr;
  SSL_set_fd(made, descriptor);
  SSL_set_accept_state(made);
  return made;
}

SSL_CTX* tls_server::context_for(std::string_view host) const noexcept {
  for (std::size_t i = 0; i < facts_.size(); ++i)
    if (facts_[i].is_for(host)) return contexts_[i];
  return context_;
}

}  // namespace batching::stream
