#include "gateway/config/auth_options.h"

#include <algorithm>
#include <utility>

#include "gateway/config/option_types.h"
#include "gateway/config/topic_options.h"

namespace gateway::config {
namespace {

using A = auth_settings;
using T = tenant_settings;
using Q = quota_settings;

constexpr std::uint64_t KiB = 1ULL << 10;
constexpr std::uint64_t GiB = 1ULL << 30;
constexpr std::uint64_t rate_max = 1'000'000'000;
constexpr std::size_t patterns_max = 256;
constexpr std::size_t map_entries_max = 10'000;

std::string quoted(const std::string& text) { return "'" + text.substr(0, 100) + "'"; }

std::string check_tenant(const std::string& text) {
  return is_tenant_name(text) ? std::string()
                              : quoted(text) + " is no tenant's name: 1 to 64 letters, digits, '.', '_' and '-'";
}

std::string check_file(const std::string& text) {
  return text.empty() ? std::string("takes the path of a file") : std::string();
}

std::string check_words(const std::string& text) {
  return text.empty() || text.size() > 1024 ? std::string("takes 1 to 1024 bytes") : std::string();
}

std::string check_jwks(const std::string& text) {
  if (text.find("://") == std::string::npos || text.starts_with("http://") || text.starts_with("https://"))
    return check_words(text);
  return quoted(text) + " is neither a file nor an http:// or https:// address";
}

/// A member of the optional jwt settings, which exist once one of theirs is written.
template <typename Member>
auto in_jwt(Member jwt_settings::*member) {
  return [member](auto& in) -> auto& {
    if constexpr (std::is_const_v<std::remove_reference_t<decltype(in)>>) {
      static const jwt_settings by_default;
      return (in.jwt ? *in.jwt : by_default).*member;
    } else {
      if (!in.jwt) in.jwt.emplace();
      return (*in.jwt).*member;
    }
  };
}

auth_option tenant_from_option() {
  static constexpr choices<tenant_from, 3> names{
      {{"CN", tenant_from::common_name}, {"SAN", tenant_from::alternative_name}, {"map", tenant_from::map}}};
  const auto set = [](A& in, const std::string& text) -> flaw {
    for (const auto& [word, value] : names)
      if (word == text) return in.certificates = value, sound;
    return {errc::invalid_value, quoted(text) + " is not one of CN, SAN, map"};
  };
  const auto show = [](const A& in) {
    for (const auto& [word, value] : names)
      if (in.certificates == value) return std::string(word);
    return std::string();
  };
  return {"certificates.tenant_from",
          "one of CN, SAN, map",
          true,
          {},
          "Which name of a verified client certificate is the tenant: its common name, the first of its alternative "
          "names that is one, or what `map` says of either.",
          false,
          one<A>(set),
          show};
}

auth_option map_option() {
  const auto set = [](A& in, const written& w) -> flaw {
    if (!w.is_map) return {errc::wrong_type, "takes names of certificates with the tenant of each, one a line"};
    if (w.items.size() > 2 * map_entries_max) return {errc::out_of_bounds, "takes at most 10000 names"};
    for (std::size_t i = 0; i + 1 < w.items.size(); i += 2) {
      if (std::string wrong = check_tenant(w.items[i + 1]); !wrong.empty())
        return {errc::invalid_value, std::move(wrong)};
      in.certificate_map[w.items[i]] = w.items[i + 1];
    }
    return sound;
  };
  const auto show = [](const A& in) {
    std::string out = "{";
    for (const auto& [name, tenant] : in.certificate_map)
      out.append(out.size() > 1 ? ", " : "")
          .append(yaml_scalar(name, true))
          .append(": ")
          .append(yaml_scalar(tenant, true));
    return out + "}";
  };
  auth_option row{"certificates.map", "name: tenant, at most 10000", true, {}, {}, true, set, show};
  row.doc = "With tenant_from: map, the tenant of each certificate, by its common name or an alternative name.";
  row.takes_map = true;
  return row;
}

std::vector<auth_option> make_auth_options() {
  return {
      text_option<A>("anonymous.tenant", at(&A::anonymous), "tenant", check_tenant,
                     "The tenant of a request without credentials. Unwritten: such a request is answered 401."),
      text_option<A>("api_keys.file", at(&A::api_keys_file), "file", check_file,
                     "Keys, as `headgate key new` writes them: salted hashes, never the keys themselves. Changes are "
                     "taken up within seconds."),
      text_option<A>("jwt.issuer", in_jwt(&jwt_settings::issuer), "text", check_words,
                     "What `iss` of a token must be, exactly."),
      list_option<A>("jwt.audience", in_jwt(&jwt_settings::audiences), "text, or list of at most 16", 16, check_words,
                     "A token's `aud` must have one of these."),
      text_option<A>("jwt.jwks", in_jwt(&jwt_settings::jwks), "file, or http(s) address", check_jwks,
                     "The issuer's public keys (RFC 7517). RS256, ES256 and EdDSA are taken."),
      text_option<A>("jwt.tenant_claim", in_jwt(&jwt_settings::tenant_claim), "name", check_words,
                     "The claim that names the tenant."),
      duration_option<A>("jwt.leeway", in_jwt(&jwt_settings::leeway), 0s, 10min,
                         "How far the issuer's clock and ours may differ where exp, nbf and iat are checked."),
      duration_option<A>("jwt.refresh", in_jwt(&jwt_settings::refresh), 1s, 24h,
                         "How often the keys are read again; a token with an unknown key id asks for it earlier, at "
                         "most every 10 s."),
      tenant_from_option(),
      map_option(),
  };
}

/// Unwritten: no bound, which is 0 inside and cannot be written.
template <typename Number>
tenant_option quota_option(std::string_view path, Number Q::*member, std::string takes,
                           parsed<std::uint64_t> (*parse)(std::string_view), std::string (*format)(std::uint64_t),
                           std::uint64_t low, std::uint64_t high, std::string_view doc) {
  const auto set = [=](T& in, const std::string& text) -> flaw {
    return bounded(parse(text), low, high, format(low) + " to " + format(high), in.quota.*member);
  };
  const auto show = [=](const T& in) { return in.quota.*member == 0 ? std::string() : format(in.quota.*member); };
  return {path, std::move(takes), true, {}, doc, false, one<T>(set), show};
}

std::string format_number(std::uint64_t n) { return std::to_string(n); }

std::vector<tenant_option> make_tenant_options() {
  return {
      list_option<T>("write", at(&T::write), "list of topic names or patterns, at most 256", patterns_max,
                     check_topic_pattern, "Topics this tenant may write to. Unwritten: none."),
      list_option<T>("read", at(&T::read), "list of topic names or patterns, at most 256", patterns_max,
                     check_topic_pattern, "Topics this tenant may read. Unwritten: none."),
      quota_option("quota.events", &Q::events, "rate like 500/s or 50k/s", parse_rate, format_rate, 1, rate_max,
                   "Events a second, with a burst of one second."),
      quota_option("quota.bytes", &Q::bytes, "rate like 20MiB/s", parse_byte_rate, format_byte_rate, KiB, 1024 * GiB,
                   "Bytes of events' values a second, after decompression, with a burst of one second."),
      quota_option("quota.requests", &Q::requests, "rate like 500/s", parse_rate, format_rate, 1, rate_max,
                   "Requests and frames a second, with a burst of one second."),
      quota_option("quota.connections", &Q::connections, "number", parse_number, format_number, 1, 1'000'000,
                   "Connections at once, over all listeners."),
      quota_option("quota.in_flight", &Q::in_flight_bytes, "size", parse_size, format_size, 64 * KiB, 1024 * GiB,
                   "Bytes taken from this tenant and not settled yet; at least 64KiB."),
  };
}

template <typename Option>
const Option* find_in(std::span<const Option> options, std::string_view key) {
  const auto found = std::ranges::find(options, key, &Option::path);
  return found == options.end() ? nullptr : &*found;
}

template <typename Option>
std::vector<std::string> paths_of(std::span<const Option> options, const std::string& prefix) {
  std::vector<std::string> out;
  for (const Option& o : options) out.push_back(prefix + "." + std::string(o.path));
  return out;
}

}  // namespace

std::span<const auth_option> auth_options() {
  static const std::vector<auth_option> options = make_auth_options();
  return options;
}

std::span<const tenant_option> tenant_options() {
  static const std::vector<tenant_option> options = make_tenant_options();
  return options;
}

const auth_option* find_auth_option(std::string_view key) { return find_in(auth_options(), key); }
const tenant_option* find_tenant_option(std::string_view key) { return find_in(tenant_options(), key); }

std::vector<std::string> auth_option_paths() { return paths_of(auth_options(), "auth"); }
std::vector<std::string> tenant_option_paths(const std::string& prefix) { return paths_of(tenant_options(), prefix); }

bool is_tenant_name(std::string_view text) noexcept { return text.size() <= 64 && is_topic_name(text); }

}  // namespace gateway::config
