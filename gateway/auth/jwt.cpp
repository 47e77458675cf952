#include "gateway/auth/jwt.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "gateway/auth/text_codes.h"

namespace gateway::auth {
namespace {

constexpr std::size_t members_max = 256;
constexpr std::int64_t time_max = 253'402'300'799;  // the year 9999

struct parts {
  std::string_view head;
  std::string_view body;
  std::string_view signature;
  std::string_view signed_text;  // head, dot, body
};

std::optional<parts> split(std::string_view token) noexcept {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
               token.substr(0, second)};
}

/// A JSON object whose members are each there once: two readers cannot find different ones.
class json_object {
 public:
  [[nodiscard]] bool read(std::string_view base64) {
    const auto text = from_base64url(base64);
    if (!text) return false;
    padded_ = simdjson::padded_string(*text);
    if (parser_.parse(padded_).get(object_) != simdjson::SUCCESS || object_.size() > members_max) return false;
    std::set<std::string_view> seen;
    return std::ranges::all_of(object_, [&](const auto& member) { return seen.insert(member.key).second; });
  }
  [[nodiscard]] bool has(std::string_view name) const { return object_[name].error() == simdjson::SUCCESS; }
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const {
    std::string_view out;
    if (object_[name].get(out) != simdjson::SUCCESS) return std::nullopt;
    return out;
  }
  /// A NumericDate; nullopt: not there, or no number that is a time.
  [[nodiscard]] std::optional<std::int64_t> time(std::string_view name) const {
    double out = 0;
    if (object_[name].get(out) != simdjson::SUCCESS || !(out >= 0 && out <= static_cast<double>(time_max)))
      return std::nullopt;
    return static_cast<std::int64_t>(std::floor(out));
  }
  [[nodiscard]] bool names_one(std::string_view name, const std::vector<std::string>& of) const {
    if (const auto one = text(name)) return std::ranges::find(of, *one) != of.end();
    simdjson::dom::array list;
    if (object_[name].get(list) != simdjson::SUCCESS) return false;
    return std::ranges::any_of(list, [&](const simdjson::dom::element each) {
      std::string_view item;
      return each.get(item) == simdjson::SUCCESS && std::ranges::find(of, item) != of.end();
    });
  }

 private:
  simdjson::dom::parser parser_;
  simdjson::padded_string padded_;
  simdjson::dom::object object_;
};

std::optional<algorithm> algorithm_named(std::string_view text) noexcept {
  for (const algorithm a : {algorithm::rs256, algorithm::es256, algorithm::eddsa})
    if (text == name(a)) return a;
  if (text == "Ed25519") return algorithm::eddsa;
  return std::nullopt;
}

/// Tokens of other kinds (a logout's, a client's own) are signed by the same keys and say so.
bool is_access_token(std::string_view type) {
  std::string small(type);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (small.starts_with("application/")) small.erase(0, 12);
  return small == "jwt" || small == "at+jwt";
}

struct head_read {
  denial why = denial::none;
  const signing_key* by = nullptr;
};

head_read read_head(std::string_view base64, const key_set& keys) {
  json_object head;
  if (!head.read(base64)) return {denial::malformed, nullptr};
  const auto alg = head.text("alg");
  if (!alg) return {denial::malformed, nullptr};
  const auto named = algorithm_named(*alg);
  if (!named) return {denial::unsupported_algorithm, nullptr};
  if (head.has("crit")) return {denial::malformed, nullptr};  // what we do not know must not be ignored
  if (head.has("typ") && !is_access_token(head.text("typ").value_or(""))) return {denial::malformed, nullptr};
  if (head.has("kid") && head.text("kid").value_or("").empty()) return {denial::malformed, nullptr};
  const signing_key* const by = keys.find(head.text("kid").value_or(""), *named);
  return {by != nullptr ? denial::none : denial::unknown_signing_key, by};
}

denial check_times(const json_object& body, const config::jwt_settings& rules, std::int64_t now) {
  const std::int64_t leeway = rules.leeway.count();
  const auto exp = body.time("exp");
  if (!exp) return denial::malformed;
  if (now >= *exp + leeway) return denial::expired;
  for (const char* const name : {"nbf", "iat"}) {
    if (!body.has(name)) continue;
    const auto from = body.time(name);
    if (!from) return denial::malformed;
    if (now < *from - leeway) return denial::not_yet_valid;
  }
  return denial::none;
}

denial check_claims(const json_object& body, const config::jwt_settings& rules, std::int64_t now) {
  if (const denial why = check_times(body, rules, now); why != denial::none) return why;
  if (body.text("iss") != rules.issuer) return denial::wrong_issuer;
  if (!body.names_one("aud", rules.audiences)) return denial::wrong_audience;
  return denial::none;
}

}  // namespace

bool looks_like_jwt(std::string_view text) noexcept {
  return split(text).has_value() && std::ranges::all_of(text, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
         });
}

// The signature comes before everything that the body says: nothing of an unsigned body is believed, not even that it
// is over.
boost::system::result<claims, denial> check_jwt(std::string_view token, const key_set& keys,
                                                const config::jwt_settings& rules, std::int64_t now) {
  if (token.size() > token_bytes_max) return denial::malformed;
  const auto found = split(token);
  if (!found) return denial::malformed;
  const head_read head = read_head(found->head, keys);
  if (head.why != denial::none) return head.why;
  const auto signature = from_base64url(found->signature);
  if (!signature || signature->empty()) return denial::malformed;
  if (!head.by->signed_it(found->signed_text, *signature)) return denial::bad_signature;
  json_object body;
  if (!body.read(found->body)) return denial::malformed;
  if (const denial why = check_claims(body, rules, now); why != denial::none) return why;
  const auto tenant = body.text(rules.tenant_claim);
  if (!tenant || tenant->empty()) return denial::unknown_tenant;
  return claims{std::string(*tenant), *body.time("exp") + rules.leeway.count()};
}

}  // namespace gateway::auth
