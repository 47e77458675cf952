// The public keys of a token's issuer (RFC 7517), each for the one algorithm that its own form says: RSA is RS256,
// P-256 is ES256, Ed25519 is EdDSA. A token's own word on its algorithm never chooses how it is checked. Immutable once
// read; shared by all lanes.
#pragma once

#include <openssl/types.h>

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::auth {

enum class algorithm : std::uint8_t { rs256, es256, eddsa };
[[nodiscard]] std::string_view name(algorithm a) noexcept;  // as tokens say it

struct free_key {
  void operator()(EVP_PKEY* key) const noexcept;
};

struct signing_key {
  std::string id;  // empty: it has none
  algorithm uses = algorithm::rs256;
  int bits = 0;
  std::unique_ptr<EVP_PKEY, free_key> key;

  /// `signature` as a token carries it.
  [[nodiscard]] bool signed_it(std::string_view text, std::string_view signature) const;
};

struct jwks_error {
  std::string text;
};

class key_set {
 public:
  static constexpr std::size_t keys_max = 64;
  static constexpr std::size_t bytes_max = 1 << 20;
  static constexpr int rsa_bits_min = 2048;
  static constexpr int rsa_bits_max = 8192;

  /// Keys of other kinds and uses are left out and counted; a broken one, or one too weak to be trusted, is ignored and
  /// said, as RFC 7517 (5) has it. No key that is left is an error.
  static boost::system::result<key_set, jwks_error> read(std::string_view json);

  /// nullptr: there is none of that id. Without an id, the only key of that algorithm.
  [[nodiscard]] const signing_key* find(std::string_view id, algorithm uses) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }
  /// One sentence for people on each key that is ignored: its name, and why.
  [[nodiscard]] const std::vector<std::string>& ignored() const noexcept { return ignored_; }

 private:
  void ignore(const signing_key& which, const std::string& why);

  std::vector<signing_key> keys_;
  std::size_t left_out_ = 0;
  std::vector<std::string> ignored_;
};

}  // namespace gateway::auth
