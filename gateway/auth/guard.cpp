#include "gateway/auth/guard.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "gateway/auth/address.h"
#include "gateway/auth/jwt.h"
#include "gateway/auth/text_codes.h"
#include "metrics/events.h"

namespace gateway::auth {
namespace {

/// Takes `scheme` and the spaces behind it from the front; schemes are written in any case.
bool take_scheme(std::string_view& text, std::string_view scheme) noexcept {
  if (text.size() <= scheme.size() || text[scheme.size()] != ' ') return false;
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(text[i])) != scheme[i]) return false;
  text.remove_prefix(text.find_first_not_of(' ', scheme.size()) == std::string_view::npos
                         ? text.size()
                         : text.find_first_not_of(' ', scheme.size()));
  return true;
}

/// The key in Basic's user and password: the password, or the user where there is none.
std::optional<std::string> key_in_basic(std::string_view text) {
  auto both = from_base64(text);
  if (!both) return std::nullopt;
  const std::size_t colon = both->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return colon + 1 == both->size() ? both->substr(0, colon) : both->substr(colon + 1);
}

}  // namespace

std::string_view text_of(denial why) noexcept {
  switch (why) {
    case denial::no_credential:
      return "say who you are: Authorization: Bearer with a token or an API key, Basic with the key as password, or "
             "X-Api-Key";
    case denial::malformed: return "the credential has no form that is known here, or there is more than one";
    case denial::signing_keys_missing: return "tokens cannot be checked now: try again after Retry-After";
    case denial::too_many_failures: return "too many failed logins from this address: try again after Retry-After";
    case denial::expired: return "the token is expired: get a new one";
    case denial::not_yet_valid: return "the token is not valid yet: check the clocks";
    case denial::unsupported_algorithm: return "tokens are taken with RS256, ES256 and EdDSA";
    case denial::method_not_configured: return "this kind of credential is not taken here";
    case denial::unknown_certificate: return "no name of the certificate is known here";
    case denial::unknown_tenant: return "the credential names no tenant that is known here";
    default: return "the credential is not good";
  }
}

const policy& guard::newest() {
  if (!policy_ || authority_->version() != version_) policy_ = authority_->newest(version_);
  return *policy_;
}

login guard::check(const identity& known, std::int64_t wall) {
  if (is_open()) return {};
  denial why = denial::none;
  const tenant* const of = newest().tenant_of(known, wall, why);
  if (of == nullptr) return {why, {}, {}, text_of(why)};
  return {denial::none, {of}, known, {}};
}

login guard::admitted(identity who, std::int64_t wall) { return check(who, wall); }

login guard::check(const credentials& brought, const peer& from, steady now, std::int64_t wall) {
  if (is_open()) return {};
  if (brought.is_ambiguous || (!brought.authorization.empty() && !brought.api_key.empty()))
    return refused(denial::malformed, from, now);
  if (!brought.api_key.empty()) return check_presented(brought.api_key, place::api_key, from, now, wall);
  if (!brought.authorization.empty())
    return check_presented(brought.authorization, place::authorization, from, now, wall);
  if (!brought.bare.empty()) return check_presented(brought.bare, place::bare, from, now, wall);
  return without_credential(from, now, wall);
}

login guard::without_credential(const peer& from, steady now, std::int64_t wall) {
  denial why = denial::no_credential;
  if (from.certificate && newest().settings().certificates) {
    verdict found = newest().check_certificate(*from.certificate);
    if (found.why == denial::none) return admitted(std::move(found.who), wall);
    why = found.why;
  }
  if (const tenant* anonymous = newest().anonymous(); anonymous != nullptr)
    return {denial::none, {anonymous}, {anonymous->name(), {}, identity::never}, {}};
  if (why == denial::no_credential) {
    authority_->counts().count(why);  // how a browser begins, and no attempt
    return {why, {}, {}, text_of(why)};
  }
  return refused(why, from, now);
}

// The hash is of the field as it came: the same credential in two fields is looked at twice.
login guard::check_presented(std::string_view text, place where, const peer& from, steady now, std::int64_t wall) {
  if (text.size() > token_bytes_max + 16) return refused(denial::malformed, from, now);
  const char letter = static_cast<char>(where);
  const digest name = sha256({{&letter, 1}, text});
  newest();
  if (const memory* known = recall(name)) {
    login again = check(known->who, wall);
    if (again.why == denial::none) return again;
  }
  if (!authority_->failures().may_try(from.address, now)) {
    authority_->counts().count(denial::too_many_failures);
    return {denial::too_many_failures, {}, {}, text_of(denial::too_many_failures)};
  }
  verdict found = look_at(text, where, wall);
  if (found.why != denial::none) return refused(found.why, from, now);
  authority_->counts().checked.fetch_add(1, std::memory_order_relaxed);
  remember(name, found.who);
  return admitted(std::move(found.who), wall);
}

verdict guard::look_at(std::string_view text, place where, std::int64_t wall) {
  if (where == place::api_key) return newest().check_key(text);
  if (where == place::bare || take_scheme(text, "bearer")) return look(text, wall);
  const auto key = take_scheme(text, "basic") ? key_in_basic(text) : std::nullopt;
  return key ? look(*key, wall) : verdict{denial::malformed, {}};
}

verdict guard::look(std::string_view text, std::int64_t wall) {
  if (!looks_like_jwt(text)) return newest().check_key(text);
  verdict found = newest().check_token(text, wall);
  if (found.why == denial::unknown_signing_key || found.why == denial::signing_keys_missing)
    authority_->want_signing_keys();
  return found;
}

login guard::refused(denial why, const peer& from, steady now) {
  authority_->counts().count(why);
  if (why != denial::signing_keys_missing) {
    authority_->failures().failed(from.address, now);
    metrics::happened(metrics::happening::login_refused, "a client was not let in",
                      {{"reason", name(why)}, {"address", to_string(from.address)}});
  }
  return {why, {}, {}, text_of(why)};
}

const guard::memory* guard::recall(const digest& name) {
  auto found = young_.find(name);
  if (found == young_.end()) {
    const auto old = old_.find(name);
    if (old == old_.end()) return nullptr;
    memory kept = std::move(old->second);
    old_.erase(old);
    if (kept.version == version_) remember(name, std::move(kept.who));
    found = young_.find(name);
    if (found == young_.end()) return nullptr;
  }
  if (found->second.version == version_) return &found->second;
  young_.erase(found);
  return nullptr;
}

void guard::remember(const digest& name, identity who) {
  if (young_.size() >= remembered_max / 2) old_ = std::exchange(young_, {});
  young_.insert_or_assign(name, memory{std::move(who), version_});
}

}  // namespace gateway::auth
