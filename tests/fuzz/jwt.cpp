// Tokens of any bytes. As they come, none passes but what the issuer signed. With a head and a body of any bytes that
// the issuer did sign, what passes has the issuer, an audience and an end. Sets of keys and files of keys of any bytes
// are refused with a reason or read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/auth/jwt.h"
#include "gateway/auth/key_file.h"
#include "tests/gateway/auth/issuer.h"

using namespace gateway::auth;
using test::issuer_key;

namespace {

constexpr std::int64_t now = 1'700'000'000;

gateway::config::jwt_settings rules() {
  gateway::config::jwt_settings out;
  out.issuer = "i";
  out.audiences = {"a"};
  return out;
}

const issuer_key& issuer() {
  static const issuer_key key(issuer_key::kind::ed25519, "e");
  return key;
}

const key_set& keys() {
  static const auto read = key_set::read(test::key_set_of({issuer().jwk()}));
  return *read;
}

void any_token(std::string_view token) {
  if (check_jwt(token, keys(), rules(), now)) std::abort();  // nobody but the issuer can sign
}

void signed_token(std::string_view parts) {
  const std::size_t cut = parts.find('\n');
  if (cut == std::string_view::npos) return;
  const auto read = check_jwt(issuer().token(parts.substr(0, cut), parts.substr(cut + 1)), keys(), rules(), now);
  if (!read) return;
  if (read->tenant.empty() || read->expires <= now) std::abort();
  if (parts.find("EdDSA") == std::string_view::npos && parts.find("Ed25519") == std::string_view::npos &&
      parts.find('\\') == std::string_view::npos)
    std::abort();
}

void files(std::string_view text) {
  if (const auto set = key_set::read(text); !set && set.error().text.empty()) std::abort();
  const auto table = read_keys(text);
  if (!table && table.error().text.empty()) std::abort();
  if (!table) return;
  const auto again = read_keys(write_keys(*table));
  if (!again || again->size() != table->size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: any_token(rest); break;
    case 1: signed_token(rest); break;
    default: files(rest);
  }
  return 0;
}
