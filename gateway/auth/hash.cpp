#include "gateway/auth/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cassert>
#include <cstdlib>
#include <memory>

namespace gateway::auth {
namespace {

// Fetched once: looking the algorithm up costs more than a short hash.
const EVP_MD* algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

}  // namespace

digest sha256(std::initializer_list<std::string_view> parts) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  digest out{};
  unsigned size = 0;
  bool good = EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1;
  for (const std::string_view part : parts)
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  good = good && EVP_DigestFinal_ex(context.get(), out.data(), &size) == 1;
  assert(good && "SHA-256 is in every build of OpenSSL");
  if (!good) std::abort();
  return out;
}

std::optional<digest> hmac_sha256(std::string_view secret, std::initializer_list<std::string_view> parts) {
  using mac = std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)>;
  using mac_context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  const mac how(EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
  const mac_context context(how ? EVP_MAC_CTX_new(how.get()) : nullptr, EVP_MAC_CTX_free);
  char name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", name, 0), OSSL_PARAM_construct_end()};
  digest out{};
  std::size_t size = 0;
  bool good =
      context && EVP_MAC_init(context.get(), bytes(secret.empty() ? "" : secret), secret.size(), parameters) == 1;
  for (const std::string_view part : parts) good = good && EVP_MAC_update(context.get(), bytes(part), part.size()) == 1;
  good = good && EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1 && size == out.size();
  return good ? std::optional(out) : std::nullopt;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) std::abort();
  return out;
}

std::string random_text(std::size_t count, std::string_view alphabet) {
  const std::size_t fair = 256 / alphabet.size() * alphabet.size();  // above it, a byte favours the first letters
  std::string out;
  while (out.size() < count)
    for (const char c : random_bytes(count))
      if (const auto byte = static_cast<unsigned char>(c); byte < fair && out.size() < count)
        out += alphabet[byte % alphabet.size()];
  return out;
}

}  // namespace gateway::auth
