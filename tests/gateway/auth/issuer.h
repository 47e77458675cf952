// An issuer of tokens for tests: makes keys of each kind, says its key set, and signs whatever it is told to.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace gateway::auth::test {

[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] std::string base64(std::string_view bytes);

class issuer_key {
 public:
  enum class kind { rsa, p256, ed25519, p384 };
  issuer_key(kind of, std::string id, unsigned bits = 2048);

  /// As a member of a key set; `more` are further members: `,"use":"sig"`.
  [[nodiscard]] std::string jwk(std::string_view more = "") const;
  /// In the form that tokens have.
  [[nodiscard]] std::string sign(std::string_view text) const;
  /// head and body are JSON.
  [[nodiscard]] std::string token(std::string_view head, std::string_view body) const;
  /// The public key's own text, which the algorithm confusion takes for a shared secret.
  [[nodiscard]] std::string public_pem() const;

 private:
  struct freed {
    void operator()(EVP_PKEY* key) const noexcept;
  };
  [[nodiscard]] std::string number(const char* name) const;

  kind kind_;
  std::string id_;
  std::unique_ptr<EVP_PKEY, freed> key_;
};

[[nodiscard]] std::string key_set_of(std::initializer_list<std::string> keys);
[[nodiscard]] std::string hmac_sha256(std::string_view secret, std::string_view text);

}  // namespace gateway::auth::test
