#include "gateway/config/topic_options.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "gateway/config/dialect_options.h"
#include "gateway/config/option_types.h"
#include "gateway/config/record_options.h"

namespace gateway::config {
namespace {

using T = topic_settings;
using P = batching::intake_policy;

constexpr std::uint64_t KiB = 1ULL << 10;
constexpr std::uint64_t GiB = 1ULL << 30;
constexpr std::size_t pointers_max = 16;
constexpr std::size_t query_ignored_max = 16;
constexpr std::size_t origins_max = 64;

/// As a browser writes `Origin`: scheme and host, without path; `null`, or `*` for every one.
std::string check_origin(const std::string& text) {
  if (text == "*" || text == "null") return {};
  const std::size_t scheme = text.find("://");
  const bool good = scheme != std::string::npos && scheme > 0 && text.size() > scheme + 3 && text.size() <= 256 &&
                    text.find_first_of("/ \t\"'<>?#@,", scheme + 3) == std::string::npos &&
                    text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  return good ? std::string()
              : "'" + text.substr(0, 100) +
                    "' is no origin: write it like https://shop.example or http://localhost:3000, in small letters and "
                    "without a path; null, or * for every one";
}

std::string check_parameter(const std::string& text) {
  const bool plain =
      !text.empty() && text.size() <= 64 &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string::npos;
  return plain ? std::string() : "'" + text.substr(0, 100) + "' is no parameter's name: letters, digits, '.', '_', '-'";
}

topic_option compression_option() {
  static constexpr std::string_view inherited = "inherit";
  const auto set = [](T& in, const std::string& text) -> flaw {
    if (text != inherited && text != "none" && text != "lz4" && text != "zstd")
      return {errc::invalid_value, "'" + text.substr(0, 100) + "' is not one of inherit, none, lz4, zstd"};
    in.compression = text == inherited ? std::nullopt : std::optional(text);
    return sound;
  };
  return {"compression",
          "one of inherit, none, lz4, zstd",
          false,
          {},
          "Codec of this topic's record batches. inherit: as kafka.compression says.",
          false,
          one<T>(set),
          [](const T& in) { return in.compression.value_or(std::string(inherited)); }};
}

topic_option compression_level_option() {
  const auto set = [](T& in, const std::string& text) -> flaw {
    if (text == "inherit") return in.compression_level.reset(), sound;
    int level = 0;
    flaw wrong = bounded(parse_number(text), 1, 12, "inherit, or 1 to 12", level);
    if (wrong.message.empty()) in.compression_level = level;
    return wrong;
  };
  return {"compression_level",
          "inherit, or number, 1 to 12",
          false,
          {},
          "Level of the codec.",
          false,
          one<T>(set),
          [](const T& in) {
            return in.compression_level ? std::to_string(*in.compression_level) : std::string("inherit");
          }};
}

}  // namespace

/// RFC 6901: empty, or parts that each begin with `/`; `~` only as `~0` and `~1`.
std::string check_pointer(const std::string& text) {
  bool good = !text.empty() && text.front() == '/' && text.size() <= 256;
  for (std::size_t i = text.find('~'); good && i != std::string::npos; i = text.find('~', i + 1))
    good = i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1');
  return good ? std::string()
              : "'" + text.substr(0, 100) + "' is no JSON pointer: write it like /aggregateId or /order/id";
}

std::string check_topic_pattern(const std::string& text) {
  std::string bare = text;
  std::erase(bare, '*');
  if (!text.empty() && (bare.empty() || is_topic_name(bare) || bare == "." || bare == "..")) return {};
  return "'" + text.substr(0, 100) +
         "' is no topic name or pattern: letters, digits, '.', '_', '-', and '*' for any run";
}

namespace {

std::vector<topic_option> event_options() {
  using batching::on_invalid;
  static constexpr choices<ack_level, 2> acks{{{"broker", ack_level::broker}, {"none", ack_level::none}}};
  static constexpr choices<topic_mode, 2> modes{{{"stream", topic_mode::stream}, {"store", topic_mode::store}}};
  static constexpr choices<validation, 2> validations{{{"full", validation::full}, {"none", validation::none}}};
  static constexpr choices<partition_order, 2> orders{
      {{"follow", partition_order::follow}, {"strict", partition_order::strict}}};
  static constexpr choices<opaque_bodies, 2> opaques{
      {{"take", opaque_bodies::take}, {"refuse", opaque_bodies::refuse}}};
  static constexpr choices<partial_status, 3> partials{{{"auto", partial_status::automatic},
                                                        {"207", partial_status::multi_status},
                                                        {"503", partial_status::unavailable}}};
  static constexpr choices<on_invalid, 3> invalids{
      {{"skip", on_invalid::skip}, {"fence", on_invalid::fence}, {"refuse", on_invalid::refuse}}};
  std::vector<topic_option> all = {
      text_option<T>(
          "pattern", at(&T::pattern), "topic name, * for any run of characters", check_topic_pattern,
          "Which topics this entry is for. The first entry that matches wins; keys it does not write are those of "
          "topic_defaults."),
      choice_option<T>("mode", at(&T::mode), modes,
                       "store: an event store. Events get versions, appends may expect one, and an aggregate can be "
                       "read back; every event needs a key (docs/event-store.md). stream: events are written to it."),
      reloadable(choice_option<T>(
          "ack", at(&T::ack), acks,
          "What a request gets that does not say: broker answers when all in-sync replicas have the events, none "
          "when they are accepted in memory.")),
      reloadable(
          truth_option<T>("ack_none_allowed", at(&T::ack_none_allowed), "Whether a request may ask for ack=none.")),
      reloadable(list_option<T>(
          "key_pointers", at(&T::key_pointers), "list of JSON pointers, at most 16", pointers_max, check_pointer,
          "Where in a JSON event the key (the aggregate's id) stands; the first that is there wins.")),
      reloadable(truth_option<T>("require_key", at(&T::intake, &P::require_key),
                                 "Whether an event without key is rejected, instead of spread over partitions.")),
      reloadable(choice_option<T>(
          "validate", at(&T::validate), validations,
          "full: a JSON event is checked whole (RFC 8259, UTF-8). none: only as far as finding its key needs.")),
      reloadable(choice_option<T>(
          "on_invalid", at(&T::intake, &P::invalid), invalids,
          "What an invalid event does to the others of its request: skip nothing; fence blocks later ones of its "
          "aggregate; refuse publishes none.")),
      reloadable(choice_option<T>("opaque", at(&T::opaque), opaques,
                                  "HTTP: a body that is neither JSON nor NDJSON by its Content-Type. take: it is one "
                                  "event as it is. refuse: 415.")),
      reloadable(list_option<T>(
          "query_ignored", at(&T::query_ignored), "list of names, at most 16", query_ignored_max, check_parameter,
          "HTTP: query parameters that mean nothing and are no error, such as a token that a proxy has checked.")),
      reloadable(choice_option<T>(
          "partial_status", at(&T::partial), partials,
          "HTTP status of a request of which some events are stored and others are not. 503: for shippers that take "
          "every 2xx as delivered. auto: 207; REST Proxy: as its original, which answers 200 whatever became of "
          "records.")),
      reloadable(list_option<T>(
          "cors.origins", at(&T::cors_origins), "list of origins, at most 64", origins_max, check_origin,
          "HTTP: pages of these origins (https://shop.example; * in the host is any run of characters, * alone every "
          "origin) may send and read here. A request from a page of any other origin is refused with 403.")),
      size_option<T>(
          "event_bytes_max", at(&T::intake, &P::event_bytes_max), 1, GiB,
          "The largest event; beyond: rejected, event_too_large. The topic's max.message.bytes must carry it."),
      size_option<T>("key_bytes_max", at(&T::intake, &P::key_bytes_max), 1, 64 * KiB,
                     "The longest key; beyond: key_too_large."),
      choice_option<T>(
          "order", at(&T::order), orders,
          "When the topic gets more partitions. follow: keys map over the new count at once, and the log says so. "
          "strict: keys stay on the old count until `partitions` is changed."),
      number_option<T>("partitions", at(&T::partitions), 0, 131'072,
                       "With order: strict, the partition count keys map over. 0: as first seen after start."),
      compression_option(),
      compression_level_option(),
  };
  for (topic_option& o : make_dialect_options()) all.push_back(std::move(o));
  return all;
}

}  // namespace

std::vector<topic_option> make_topic_options() {
  std::vector<topic_option> all = event_options();
  std::ranges::move(make_record_options(), std::back_inserter(all));
  return all;
}

}  // namespace gateway::config
