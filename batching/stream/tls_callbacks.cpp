#include "batching/stream/tls_callbacks.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace batching::stream::tls_callbacks {
namespace {

const tls_server& server_of(const SSL* connection) {
  return *static_cast<const tls_server*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
}

// A name that we do not have is no error: the client decides whether it likes the first certificate.
int choose_certificate(SSL* connection, int*, void*) {
  const char* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(connection, server_of(connection).context_for(name));
  return SSL_TLSEXT_ERR_OK;
}

// RFC 7301: a client that offers protocols and none of ours is told so.
int choose_protocol(SSL* connection, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_bytes, void*) {
  const std::string& ours = server_of(connection).settings().protocol;
  if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
  for (unsigned at = 0; at < offered_bytes; at += 1U + offered[at]) {
    const std::string_view one(reinterpret_cast<const char*>(offered) + at + 1, offered[at]);
    if (one != ours) continue;
    *chosen = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool set_up(const ticket_keys::key& with, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seals) {
  std::array<char, 7> sha256{"SHA256"};
  auto key = with.mac;
  const std::array<OSSL_PARAM, 3> mac_with{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256.data(), 0), OSSL_PARAM_construct_end()};
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, with.cipher.data(), iv, seals) == 1 &&
         EVP_MAC_CTX_set_params(mac, mac_with.data()) == 1;
}

// 1: done; 2: done, and the client should get a new ticket; 0: no such key, a full handshake; -1: failed.
int ticket_key(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
               int seals) {
  ticket_keys& keys = *server_of(connection).settings().tickets;
  const auto now = std::chrono::system_clock::now();
  if (seals == 1) {
    const ticket_keys::key with = keys.to_seal(now);
    std::copy(with.name.begin(), with.name.end(), name);
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    return set_up(with, iv, cipher, mac, 1) ? 1 : -1;
  }
  const auto found = keys.to_open({reinterpret_cast<const char*>(name), ticket_keys::name_bytes}, now);
  if (!found) return 0;
  if (!set_up(found->with, iv, cipher, mac, 0)) return -1;
  return found->renews ? 2 : 1;
}

}  // namespace

void install(SSL_CTX* to, const tls_server& of) {
  SSL_CTX_set_app_data(to, const_cast<tls_server*>(&of));
  // Does the same as SSL_CTX_set_tlsext_servername_callback(), a macro with a cast of the old style.
  SSL_CTX_callback_ctrl(to, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(choose_certificate));
  SSL_CTX_set_alpn_select_cb(to, choose_protocol, nullptr);
  if (of.settings().tickets) SSL_CTX_set_tlsext_ticket_key_evp_cb(to, ticket_key);
}

}  // namespace batching::stream::tls_callbacks
