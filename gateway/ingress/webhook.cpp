#include "gateway/ingress/webhook.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "gateway/auth/hash.h"

namespace gateway::ingress {
namespace {

using auth::digest;

constexpr std::size_t signatures_max = 8;  // of one field: while a secret is renewed there are two

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_hex_of(std::string_view hex, const digest& right) noexcept {
  if (hex.size() != 2 * digest{}.size()) return false;
  digest given;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    given[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return auth::equal_in_constant_time(auth::view_of(given), auth::view_of(right));
}

bool is_signed_by_github(std::string_view secret, std::string_view signature, std::string_view body) {
  constexpr std::string_view prefix = "sha256=";
  if (!signature.starts_with(prefix)) return false;
  const auto right = auth::hmac_sha256(secret, {body});
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
  const auto right = auth::hmac_sha256(secret, {field.time, ".", body});
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
