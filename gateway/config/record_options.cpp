#include "gateway/config/record_options.h"

#include <algorithm>
#include <iterator>

#include "gateway/config/option_types.h"
#include "gateway/config/topic_options.h"

namespace gateway::config {
namespace {

using T = topic_settings;

/// A header field's name (RFC 9110 token); `*` for any run of characters.
std::string check_field_pattern(const std::string& text) {
  constexpr std::string_view token = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
  const bool good = !text.empty() && text.size() <= 128 && text.find_first_not_of(token) == std::string::npos;
  return good ? std::string()
              : "'" + text.substr(0, 100) + "' is no header field's name: write it like X-Request-Id or X-GitHub-*";
}

std::string check_header_name(const std::string& text) {
  if (text.empty()) return {};
  if (text.find('*') != std::string::npos || text == "traceparent" || text == "tracestate")
    return "'" + text.substr(0, 100) + "' has another meaning: write a name of its own, like client-address";
  return check_field_pattern(text);
}

std::string check_pointer_or_none(const std::string& text) { return text.empty() ? text : check_pointer(text); }

std::string check_anything(const std::string&) { return {}; }

std::vector<topic_option> envelope_options() {
  static constexpr choices<envelope_kind, 2> kinds{{{"none", envelope_kind::none}, {"event", envelope_kind::event}}};
  return {
      reloadable(choice_option<T>("envelope", at(&T::envelope), kinds,
                                  "event: every event is a JSON object with an id, a type, a time (RFC 3339) and a "
                                  "payload; one that lacks a part is rejected with a reason of its own.")),
      reloadable(text_option<T>("event_id_pointer", at(&T::event_id_pointer), "JSON pointer", check_pointer,
                                "Where an event's id stands: a string.")),
      reloadable(text_option<T>("event_type_pointer", at(&T::event_type_pointer), "JSON pointer", check_pointer,
                                "Where an event's type stands: a string. That of topic_defaults chooses the route of "
                                "mixed events.")),
      reloadable(text_option<T>("event_time_pointer", at(&T::event_time_pointer), "JSON pointer", check_pointer,
                                "Where the envelope's time stands: an RFC 3339 text.")),
      reloadable(text_option<T>("payload_pointer", at(&T::payload_pointer), "JSON pointer", check_pointer,
                                "Where the envelope's payload stands: an object or an array.")),
      reloadable(truth_option<T>("event_headers", at(&T::event_headers),
                                 "Whether a JSON event's type and id go to the Kafka headers event-type and event-id, "
                                 "so that consumers need not parse.")),
  };
}

std::vector<topic_option> webhook_options() {
  static constexpr choices<webhook_kind, 3> kinds{
      {{"none", webhook_kind::none}, {"github", webhook_kind::github}, {"stripe", webhook_kind::stripe}}};
  return {
      reloadable(choice_option<T>("webhook", at(&T::webhook), kinds,
                                  "HTTP: whose webhooks these are. Their fields go to Kafka headers, and with a secret "
                                  "a request without their valid signature is a 401.")),
      reloadable(secret(text_option<T>("webhook_secret", at(&T::webhook_secret), "text, best as ${env:NAME}",
                                       check_anything, "The secret of the webhook's signature (HMAC-SHA256)."))),
      reloadable(text_option<T>("webhook_secret_file", at(&T::webhook_secret_file), "path", check_anything,
                                "A file whose first line is that secret.")),
      reloadable(duration_option<T>("webhook_age_max", at(&T::webhook_age_max), std::chrono::seconds(1),
                                    std::chrono::hours(24),
                                    "How far the time in a Stripe signature may be from now, either way.")),
  };
}

}  // namespace

std::vector<topic_option> make_record_options() {
  std::vector<topic_option> all = {
      reloadable(list_option<T>(
          "headers", at(&T::headers), "list of field names, * for any run of characters, at most 32",
          header_patterns_max, check_field_pattern,
          "HTTP: request fields that become Kafka headers, spelled as here, or as sent where a pattern takes them. "
          "traceparent and tracestate always do.")),
      reloadable(text_option<T>(
          "client_address_header", at(&T::client_address_header), "a Kafka header's name, or empty", check_header_name,
          "Which Kafka header gets the client's address, behind trusted proxies that of the client that they name. A "
          "header of that name that a client sends is left out. Empty: none.")),
      reloadable(text_option<T>("timestamp_pointer", at(&T::timestamp_pointer), "JSON pointer, or empty",
                                check_pointer_or_none,
                                "Where in a JSON event the record's timestamp stands (RFC 3339, or milliseconds since "
                                "1970). Empty: it is the time of admission.")),
      reloadable(duration_option<T>(
          "timestamp_skew_max", at(&T::timestamp_skew_max), std::chrono::seconds(0), std::chrono::hours(24 * 3660),
          "How far a client's timestamp may be from now; beyond: invalid_timestamp. 0: a day for the envelope's, and "
          "for a record's own any time in the past and an hour ahead, as Kafka's own default is.")),
  };
  for (auto part : {envelope_options, webhook_options}) std::ranges::move(part(), std::back_inserter(all));
  return all;
}

std::string check_route_topic(const std::string& text) {
  constexpr std::string_view place = "{type}";
  std::string name = text;
  if (const std::size_t at = name.find(place); at != std::string::npos) name.replace(at, place.size(), "t");
  if (is_topic_name(name)) return {};
  return "'" + text.substr(0, 100) + "' is no topic: write topic: orders, or with the event's type: users-{type}";
}

}  // namespace gateway::config
