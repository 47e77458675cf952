#include "gateway/ingress/webhook.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

namespace gateway::ingress {
namespace {

constexpr std::size_t digest_bytes = 32;
constexpr std::size_t signatures_max = 8;  // of one field: while a secret is renewed there are two
using digest = std::array<unsigned char, digest_bytes>;

/// `first`, then `second`, as if they were one text.
std::optional<digest> hmac(std::string_view secret, std::string_view first, std::string_view second) {
  using mac = std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)>;
  using context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;
  const mac how(EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
  const context with(how ? EVP_MAC_CTX_new(how.get()) : nullptr, EVP_MAC_CTX_free);
  char name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", name, 0), OSSL_PARAM_construct_end()};
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  digest made;
  std::size_t size = 0;
  const bool done = with && EVP_MAC_init(with.get(), bytes(secret), secret.size(), parameters) == 1 &&
                    EVP_MAC_update(with.get(), bytes(first), first.size()) == 1 &&
                    EVP_MAC_update(with.get(), bytes(second), second.size()) == 1 &&
                    EVP_MAC_final(with.get(), made.data(), &size, made.size()) == 1 && size == made.size();
  return done ? std::optional(made) : std::nullopt;
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_hex_of(std::string_view hex, const digest& right) noexcept {
  if (hex.size() != 2 * digest_bytes) return false;
  digest given;
  for (std::size_t i = 0; i < digest_bytes; ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    given[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return CRYPTO_memcmp(given.data(), right.data(), digest_bytes) == 0;
}

bool is_signed_by_github(std::string_view secret, std::string_view signature, std::string_view body) {
  constexpr std::string_view prefix = "sha256=";
  if (!signature.starts_with(prefix)) return false;
  const auto right = hmac(secret, {}, body);
  return right && is_hex_of(signature.substr(prefix.size()), *right);
}

struct stripe_field {
  std::string_view time;
  std::array<std::string_view, signatures_max> signatures;
  std::size_t count = 0;
};

stripe_field read_stripe(std::string_view field) noexcept {
  stripe_field out;
  while (!field.empty()) {
    std::string_view part = field.substr(0, field.find(','));
    field.remove_prefix(part.size() == field.size() ? part.size() : part.size() + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with("t=")) out.time = part.substr(2);
    if (part.starts_with("v1=") && out.count < signatures_max) out.signatures[out.count++] = part.substr(3);
  }
  return out;
}

bool is_signed_by_stripe(std::string_view secret, std::string_view signature, std::string_view body,
                         std::int64_t now_ms, std::chrono::milliseconds age_max) {
  const stripe_field field = read_stripe(signature);
  std::int64_t seconds = 0;
  const char* const end = field.time.data() + field.time.size();
  const auto read = std::from_chars(field.time.data(), end, seconds);
  constexpr std::int64_t seconds_max = 1'000'000'000'000;
  if (field.time.empty() || read.ec != std::errc() || read.ptr != end || std::llabs(seconds) > seconds_max)
    return false;
  if (std::llabs(now_ms - seconds * 1000) > age_max.count()) return false;
  const auto right = hmac(secret, std::string(field.time) + ".", body);
  bool found = false;
  for (std::size_t i = 0; right && i < field.count; ++i) found |= is_hex_of(field.signatures[i], *right);
  return found;
}

}  // namespace

bool is_signed(config::webhook_kind by, std::string_view secret, std::string_view signature, std::string_view body,
               std::int64_t now_ms, std::chrono::milliseconds age_max) {
  switch (by) {
    case config::webhook_kind::none: return true;
    case config::webhook_kind::github: return is_signed_by_github(secret, signature, body);
    case config::webhook_kind::stripe: return is_signed_by_stripe(secret, signature, body, now_ms, age_max);
  }
  return false;
}

std::string_view signature_field(config::webhook_kind by) noexcept {
  switch (by) {
    case config::webhook_kind::none: return {};
    case config::webhook_kind::github: return "x-hub-signature-256";
    case config::webhook_kind::stripe: return "stripe-signature";
  }
  return {};
}

}  // namespace gateway::ingress
