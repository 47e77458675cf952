#include "gateway/auth/api_key.h"

#include <utility>

#include "gateway/auth/hash.h"

namespace gateway::auth {
namespace {

constexpr std::string_view id_letters = "abcdefghijkmnpqrstuvwxyz23456789";
constexpr std::string_view secret_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string hash_of(std::string_view salt, std::string_view secret) {
  return std::string(view_of(sha256({salt, secret})));
}

}  // namespace

bool api_key::has(std::string_view secret) const { return equal_in_constant_time(hash_of(salt, secret), hash); }

std::string api_key::weakness() const {
  if (salt.size() < salt_bytes) return "its salt is shorter than 16 bytes";
  return {};
}

std::optional<key_text> read_key_text(std::string_view text) noexcept {
  constexpr std::size_t size = api_key::prefix.size() + api_key::id_size + 1 + api_key::secret_size;
  if (text.size() != size || !text.starts_with(api_key::prefix)) return std::nullopt;
  text.remove_prefix(api_key::prefix.size());
  const key_text out{text.substr(0, api_key::id_size), text.substr(api_key::id_size + 1)};
  if (text[api_key::id_size] != '_' || out.id.find_first_not_of(id_letters) != std::string_view::npos ||
      out.secret.find_first_not_of(secret_letters) != std::string_view::npos)
    return std::nullopt;
  return out;
}

fresh_key new_api_key(std::string tenant, std::string created, std::string note) {
  fresh_key out;
  const std::string secret = random_text(api_key::secret_size, secret_letters);
  out.kept.id = random_text(api_key::id_size, id_letters);
  out.kept.tenant = std::move(tenant);
  out.kept.salt = random_bytes(api_key::salt_bytes);
  out.kept.hash = hash_of(out.kept.salt, secret);
  out.kept.created = std::move(created);
  out.kept.note = std::move(note);
  out.shown = std::string(api_key::prefix) + out.kept.id + "_" + secret;
  return out;
}

}  // namespace gateway::auth
