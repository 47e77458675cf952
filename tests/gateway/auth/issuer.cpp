#include "tests/gateway/auth/issuer.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <utility>

namespace gateway::auth::test {
namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string padded(const BIGNUM* n, int size) {
  std::string out(static_cast<std::size_t>(size), '\0');
  BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()), size);
  return out;
}

EVP_PKEY* make(issuer_key::kind of, unsigned bits) {
  switch (of) {
    case issuer_key::kind::rsa: return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits));
    case issuer_key::kind::p256: return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    case issuer_key::kind::p384: return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
    case issuer_key::kind::ed25519: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  return nullptr;
}

}  // namespace

std::string base64(std::string_view text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes(text), static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64url(std::string_view text) {
  std::string out = base64(text);
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

void issuer_key::freed::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

issuer_key::issuer_key(kind of, std::string id, unsigned bits) : kind_(of), id_(std::move(id)), key_(make(of, bits)) {}

std::string issuer_key::number(const char* name) const {
  BIGNUM* n = nullptr;
  EVP_PKEY_get_bn_param(key_.get(), name, &n);
  const int size = kind_ == kind::p256 ? 32 : kind_ == kind::p384 ? 48 : BN_num_bytes(n);
  std::string out = padded(n, size);
  BN_free(n);
  return base64url(out);
}

std::string issuer_key::jwk(std::string_view more) const {
  std::string out = R"({"kid":")" + id_ + '"' + std::string(more);
  if (kind_ == kind::rsa)
    return out + R"(,"kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number(OSSL_PKEY_PARAM_RSA_E) + "\"}";
  if (kind_ == kind::ed25519) {
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
    return out + R"(,"kty":"OKP","crv":"Ed25519","x":")" + base64url(raw) + "\"}";
  }
  return out + R"(,"kty":"EC","crv":")" + (kind_ == kind::p256 ? "P-256" : "P-384") + R"(","x":")" +
         number(OSSL_PKEY_PARAM_EC_PUB_X) + R"(","y":")" + number(OSSL_PKEY_PARAM_EC_PUB_Y) + "\"}";
}

std::string issuer_key::sign(std::string_view text) const {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const EVP_MD* const hash = kind_ == kind::ed25519 ? nullptr : EVP_sha256();
  EVP_DigestSignInit(context, nullptr, hash, nullptr, key_.get());
  std::size_t size = 0;
  EVP_DigestSign(context, nullptr, &size, bytes(text), text.size());
  std::string out(size, '\0');
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes(text), text.size());
  out.resize(size);
  EVP_MD_CTX_free(context);
  if (kind_ == kind::rsa || kind_ == kind::ed25519) return out;
  const unsigned char* der = bytes(out);
  ECDSA_SIG* const both = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(out.size()));
  const int half = kind_ == kind::p256 ? 32 : 48;
  std::string raw = padded(ECDSA_SIG_get0_r(both), half) + padded(ECDSA_SIG_get0_s(both), half);
  ECDSA_SIG_free(both);
  return raw;
}

std::string issuer_key::token(std::string_view head, std::string_view body) const {
  const std::string text = base64url(head) + "." + base64url(body);
  return text + "." + base64url(sign(text));
}

std::string issuer_key::public_pem() const {
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(out, key_.get());
  char some[8192];
  const int size = BIO_read(out, some, sizeof some);
  BIO_free(out);
  return {some, static_cast<std::size_t>(size)};
}

std::string key_set_of(std::initializer_list<std::string> keys) {
  std::string out = R"({"keys":[)";
  for (const std::string& key : keys) out.append(out.back() == '[' ? "" : ",").append(key);
  return out + "]}";
}

std::string hmac_sha256(std::string_view secret, std::string_view text) {
  unsigned char out[32];
  unsigned size = sizeof out;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(text), text.size(), out, &size);
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace gateway::auth::test
