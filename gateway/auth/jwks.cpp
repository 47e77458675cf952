#include "gateway/auth/jwks.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/auth/text_codes.h"

namespace gateway::auth {
namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, free_key>;
template <typename T, void (*Free)(T*)>
struct freed {
  void operator()(T* t) const noexcept { Free(t); }
};
using number = std::unique_ptr<BIGNUM, freed<BIGNUM, BN_free>>;

const unsigned char* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const simdjson::dom::object& in, std::string_view name) {
  std::string_view out;
  return in[name].get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
}

std::optional<std::string> bytes_of(const simdjson::dom::object& in, std::string_view name) {
  return from_base64url(text_of(in, name));
}

/// `push` adds the parameters of a key of this type.
template <typename Push>
key_ptr make_key(const char* type, Push push) {
  const std::unique_ptr<OSSL_PARAM_BLD, freed<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  const std::unique_ptr<EVP_PKEY_CTX, freed<EVP_PKEY_CTX, EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (!builder || !context || !push(builder.get())) return nullptr;
  const std::unique_ptr<OSSL_PARAM, freed<OSSL_PARAM, OSSL_PARAM_free>> all(OSSL_PARAM_BLD_to_param(builder.get()));
  EVP_PKEY* made = nullptr;
  if (all && EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, all.get()) == 1)
    return key_ptr(made);
  ERR_clear_error();
  return nullptr;
}

key_ptr rsa_key(const simdjson::dom::object& in) {
  const auto n = bytes_of(in, "n");
  const auto e = bytes_of(in, "e");
  if (!n || !e || n->empty() || e->empty() || e->size() > 8) return nullptr;
  const number modulus(BN_bin2bn(bytes(*n), static_cast<int>(n->size()), nullptr));
  const number exponent(BN_bin2bn(bytes(*e), static_cast<int>(e->size()), nullptr));
  if (!modulus || !exponent || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return nullptr;
  return make_key("RSA", [&](OSSL_PARAM_BLD* to) {
    return OSSL_PARAM_BLD_push_BN(to, OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
           OSSL_PARAM_BLD_push_BN(to, OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1;
  });
}

key_ptr ec_key(const simdjson::dom::object& in) {
  constexpr std::size_t coordinate = 32;
  const auto x = bytes_of(in, "x");
  const auto y = bytes_of(in, "y");
  if (!x || !y || x->size() != coordinate || y->size() != coordinate) return nullptr;
  const std::string point = "\x04" + *x + *y;
  return make_key("EC", [&](OSSL_PARAM_BLD* to) {
    return OSSL_PARAM_BLD_push_utf8_string(to, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
           OSSL_PARAM_BLD_push_octet_string(to, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
  });
}

key_ptr ed_key(const simdjson::dom::object& in) {
  const auto x = bytes_of(in, "x");
  if (!x || x->size() != 32) return nullptr;
  return key_ptr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*x), x->size()));
}

std::optional<algorithm> algorithm_of(const simdjson::dom::object& in) {
  const std::string type = text_of(in, "kty");
  const std::string curve = text_of(in, "crv");
  const std::string use = text_of(in, "use");
  const std::string alg = text_of(in, "alg");
  std::optional<algorithm> out;
  if (type == "RSA") out = algorithm::rs256;
  if (type == "EC" && curve == "P-256") out = algorithm::es256;
  if (type == "OKP" && curve == "Ed25519") out = algorithm::eddsa;
  if (!out || (!use.empty() && use != "sig")) return std::nullopt;
  const bool is_ed = out == algorithm::eddsa && alg == "Ed25519";  // RFC 9864's name for it
  if (!alg.empty() && alg != name(*out) && !is_ed) return std::nullopt;
  return out;
}

/// The two numbers of ECDSA, one after the other, as OpenSSL wants them.
std::string der_of(std::string_view raw) {
  const std::unique_ptr<ECDSA_SIG, freed<ECDSA_SIG, ECDSA_SIG_free>> both(ECDSA_SIG_new());
  const auto half = static_cast<int>(raw.size() / 2);
  BIGNUM* r = BN_bin2bn(bytes(raw), half, nullptr);
  BIGNUM* s = BN_bin2bn(bytes(raw) + half, half, nullptr);
  if (!both || r == nullptr || s == nullptr || ECDSA_SIG_set0(both.get(), r, s) != 1) return {};
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &out);
  std::string der(reinterpret_cast<const char*>(out), static_cast<std::size_t>(std::max(size, 0)));
  OPENSSL_free(out);
  return der;
}

}  // namespace

std::string_view name(algorithm a) noexcept {
  switch (a) {
    case algorithm::rs256: return "RS256";
    case algorithm::es256: return "ES256";
    case algorithm::eddsa: return "EdDSA";
  }
  return "";
}

void free_key::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

bool signing_key::signed_it(std::string_view text, std::string_view signature) const {
  std::string der;
  if (uses == algorithm::es256) {
    if (signature.size() != 64) return false;
    der = der_of(signature);
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, freed<EVP_MD_CTX, EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const EVP_MD* const hash = uses == algorithm::eddsa ? nullptr : EVP_sha256();
  const bool good = context && EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

boost::system::result<key_set, jwks_error> key_set::read(std::string_view json) {
  if (json.size() > bytes_max) return jwks_error{"is larger than 1 MiB: this is no set of keys"};
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  const simdjson::padded_string padded(json);
  if (parser.parse(padded)["keys"].get(list) != simdjson::SUCCESS)
    return jwks_error{"is no JSON object with a list `keys` (RFC 7517)"};
  if (list.size() > keys_max) return jwks_error{"has more than 64 keys"};
  key_set out;
  for (const simdjson::dom::element each : list) {
    simdjson::dom::object entry;
    if (each.get(entry) != simdjson::SUCCESS) return jwks_error{"has an entry in `keys` that is no object"};
    const auto uses = algorithm_of(entry);
    if (!uses) {
      ++out.left_out_;
      continue;
    }
    signing_key k{text_of(entry, "kid"), *uses, 0, nullptr};
    k.key = *uses == algorithm::rs256 ? rsa_key(entry) : *uses == algorithm::es256 ? ec_key(entry) : ed_key(entry);
    if (k.key) k.bits = EVP_PKEY_get_bits(k.key.get());
    if (!k.key)
      out.ignore(k, "is broken: its numbers make no public key");
    else if (*uses == algorithm::rs256 && (k.bits < rsa_bits_min || k.bits > rsa_bits_max))
      out.ignore(k, "has " + std::to_string(k.bits) + " bits: RSA keys of 2048 to 8192 bits are taken");
    else
      out.keys_.push_back(std::move(k));
  }
  if (!out.keys_.empty()) return out;
  return jwks_error{out.ignored_.empty() ? "has no key for RS256, ES256 or EdDSA" : out.ignored_.front()};
}

void key_set::ignore(const signing_key& which, const std::string& why) {
  ignored_.push_back("key '" + which.id.substr(0, 100) + "' " + why);
}

const signing_key* key_set::find(std::string_view id, algorithm uses) const noexcept {
  const signing_key* found = nullptr;
  for (const signing_key& k : keys_) {
    if (k.uses != uses || (!id.empty() && k.id != id)) continue;
    if (found != nullptr) return nullptr;  // two of them: a token without an id does not say which
    found = &k;
  }
  return found;
}

}  // namespace gateway::auth
