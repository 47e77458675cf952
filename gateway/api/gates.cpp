#include "gateway/api/gates.h"

#include <ctime>
#include <utility>

#include "gateway/api/origins.h"
#include "gateway/api/refused_for.h"
#include "gateway/auth/guard.h"

namespace gateway::api {
namespace {

using http1::field;
using maybe = std::optional<http1::problem>;

constexpr std::string_view ask_for_anything =
    "WWW-Authenticate: Bearer realm=\"headgate\"\r\nWWW-Authenticate: Basic realm=\"headgate\", charset=\"UTF-8\"\r\n";
constexpr std::string_view ask_for_better =
    "WWW-Authenticate: Bearer realm=\"headgate\", error=\"invalid_token\"\r\n"
    "WWW-Authenticate: Basic realm=\"headgate\", charset=\"UTF-8\"\r\n";

bool is_health(const http1::route& to) noexcept {
  return to.counted_as == metrics::route::healthz || to.counted_as == metrics::route::readyz;
}

auth::credentials credentials_of(const http1::request_head& head) noexcept {
  return {.authorization = head[field::authorization],
          .api_key = head[field::x_api_key],
          .is_ambiguous = head.has_repeated(field::authorization) || head.has_repeated(field::x_api_key)};
}

http1::problem problem_of(const auth::login& denied, http1::reply& r) {
  std::string text(denied.text);
  if (denied.why == auth::denial::too_many_failures) return {http1::errc::too_many_failures, std::move(text), {}, 1};
  if (denied.why == auth::denial::signing_keys_missing) return {http1::errc::not_ready, std::move(text)};
  r.kept_fields += denied.why == auth::denial::no_credential ? ask_for_anything : ask_for_better;
  return {http1::errc::unauthorized, std::move(text)};
}

/// A page of another origin must be allowed by the topic, or by the defaults where the path names none.
maybe check_origin(const http1::call& c, http1::reply& r) {
  if (!is_foreign(c.head)) return {};
  const std::string_view origin = c.head[field::origin];
  const config::topic_settings& of = c.on.settings().of_topic(c.topic);
  if (c.head.has_repeated(field::origin) || !allows_origin(of, origin))
    return http1::problem{http1::errc::origin_not_allowed,
                          "pages of this origin may not send here: name it in the topic's cors.origins"};
  append_origin_fields(r.kept_fields, of, origin);
  return {};
}

}  // namespace

maybe events_gate::admit(http1::call& c, const http1::route& to, http1::exchange& x) {
  if (is_health(to)) return {};
  c.from = address_.of(c.head, c.from);
  if (auto wrong = check_origin(c, x.reply)) return wrong;
  if (door_->guard().is_open()) return {};
  if (auto wrong = log_in(c, x)) return wrong;
  return check_quota(c, x);
}

maybe events_gate::log_in(http1::call& c, http1::exchange& x) {
  const auth::peer from{c.from, x.client != nullptr ? x.client->from().certificate : nullptr};
  const auth::login l = door_->guard().check(credentials_of(c.head), from, c.on.now(), std::time(nullptr));
  if (l.why != auth::denial::none) return problem_of(l, x.reply);
  c.who = l.who;
  if (x.client == nullptr || x.client->belongs_to(l.who)) return {};
  x.closes = true;
  return http1::problem{http1::errc::too_many_connections,
                        "this tenant has as many connections as it may: close some, or send over fewer",
                        {},
                        1};
}

// Once a request, however often it is read.
maybe events_gate::check_quota(const http1::call& c, http1::exchange&) {
  if (c.who.of == nullptr || c.body_is_here || c.asked != http1::kafka_word::not_asked) return {};
  const auth::shortage lacks = c.who.of->take_request(c.on.now());
  if (lacks.of == auth::bound::none) return {};
  return over_quota(lacks);
}

maybe events_gate::options(const http1::call& c, const http1::route& to, std::string_view allow, http1::exchange& x) {
  if (is_health(to) || !is_foreign(c.head)) return {};
  const std::string_view origin = c.head[field::origin];
  const config::topic_settings& of = c.on.settings().of_topic(c.topic);
  if (c.head.has_repeated(field::origin) || !allows_origin(of, origin))
    return http1::problem{http1::errc::origin_not_allowed,
                          "pages of this origin may not send here: name it in the topic's cors.origins"};
  append_preflight_fields(x.reply.kept_fields, of, origin, allow);
  return {};
}

}  // namespace gateway::api
