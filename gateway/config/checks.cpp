#include "gateway/config/checks.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "gateway/config/kafka_properties.h"
#include "gateway/config/option_table.h"
#include "gateway/config/tls_options.h"
#include "gateway/config/values.h"

namespace gateway::config {
namespace {

class checker {
 public:
  checker(const draft& from, const settings& s, std::vector<config_error>& errors)
      : draft_(from), settings_(s), errors_(errors), own_errors_(errors.size()) {}

  void budget();
  void sizes();
  void times();
  void listeners();
  void tls();
  void kafka();
  void topics();
  void topic(const topic_settings& t, const topic_draft& from, const std::string& prefix);

 private:
  using paths = std::initializer_list<std::string_view>;

  /// Fails unless `holds`. `involved` are the options whose values are at odds; the first one written is blamed.
  void demand(bool holds, paths involved, const std::string& why);
  void fail(errc code, std::string path, origin from, std::string message) {
    errors_.push_back({code, std::move(path), std::move(from), std::move(message)});
  }
  [[nodiscard]] bool has_own_error(std::string_view path) const {
    const auto end = errors_.begin() + static_cast<std::ptrdiff_t>(own_errors_);
    return std::any_of(errors_.begin(), end, [&](const config_error& e) { return e.path == path; });
  }
  /// "limits.body_bytes_max (8MiB, headgate.yaml:4)"
  [[nodiscard]] std::string named(std::string_view path) const {
    return std::string(path) + " (" + find_option(path)->show(settings_) + ", " + draft_.origin_of(path).text() + ")";
  }

  const draft& draft_;
  const settings& settings_;
  std::vector<config_error>& errors_;
  std::size_t own_errors_;  // how many errors of single options there were before
};

void checker::demand(bool holds, paths involved, const std::string& why) {
  if (holds || std::ranges::any_of(involved, [&](std::string_view p) { return has_own_error(p); })) return;
  const auto written = [&](std::string_view p) { return draft_.origin_of(p).from != origin::source::unwritten; };
  const auto* blamed = std::ranges::find_if(involved, written);
  if (blamed == involved.end()) blamed = involved.begin();
  std::string message = why + ":";
  for (const std::string_view p : involved) message += (p == *involved.begin() ? " " : ", ") + named(p);
  fail(errc::contradiction, std::string(*blamed), draft_.origin_of(*blamed), std::move(message));
}

// low < high <= max: between low and high the gateway keeps doing what it did; without a gap it would flap with each
// batch.
void checker::budget() {
  const limits& l = settings_.limits;
  demand(l.in_flight_bytes_low < l.in_flight_bytes_high, {"limits.in_flight_bytes_low", "limits.in_flight_bytes_high"},
         "the low level must be below the high one, or the gateway flaps between taking and refusing");
  demand(l.in_flight_bytes_high <= l.in_flight_bytes_max, {"limits.in_flight_bytes_high", "limits.in_flight_bytes_max"},
         "the high level must not be above the budget, or it is never reached");
}

// The largest request that is let in must fit half of the empty budget, which is what one topic may hold: a larger one
// would be told to come back later for ever.
void checker::sizes() {
  const limits& l = settings_.limits;
  const auto share = static_cast<std::uint64_t>(l.in_flight_bytes_max) / 2;
  demand(l.body_bytes_max <= l.decoded_bytes_max, {"limits.body_bytes_max", "limits.decoded_bytes_max"},
         "a body that is not compressed is as large decoded as sent, so the first must not exceed the second");
  demand(l.frame_bytes_max <= l.decoded_bytes_max, {"limits.frame_bytes_max", "limits.decoded_bytes_max"},
         "a frame that is not compressed is as large decoded as sent, so the first must not exceed the second");
  demand(l.line_bytes_max <= l.decoded_bytes_max, {"limits.line_bytes_max", "limits.decoded_bytes_max"},
         "a line is held whole like a decoded body, so the first must not exceed the second");
  demand(
      l.decoded_bytes_max + l.events_per_request_max * event_overhead_bytes <= share,
      {"limits.decoded_bytes_max", "limits.events_per_request_max", "limits.in_flight_bytes_max"},
      "the largest request (its bytes, and 320 for each event) must fit half of the budget, or it is refused for ever");
  demand(static_cast<std::uint64_t>(settings_.batch.bytes_max) <= share,
         {"batch.bytes_max", "limits.in_flight_bytes_max"},
         "a batch must fit half of the budget, which is what one partition may hold");
}

void checker::times() {
  const limits& l = settings_.limits;
  demand(l.answer_time_default <= l.answer_time_max, {"limits.answer_time_default", "limits.answer_time_max"},
         "the default wait must not exceed the longest allowed");
  demand(settings_.batch.linger < l.answer_time_default, {"batch.linger", "limits.answer_time_default"},
         "a batch must leave before its requests stop waiting");
}

void checker::listeners() {
  const settings& s = settings_;
  demand(s.http || s.tcp || s.lines, {"listen.http", "listen.tcp", "listen.lines"},
         "nothing takes events: turn one on");
  if (s.lines && s.lines_topic.empty() && !has_own_error("listen.lines_topic"))
    fail(errc::missing, "listen.lines_topic", draft_.origin_of("listen.lines"),
         "the lines listener is on (" + named("listen.lines") +
             ") but nothing says to which topic: write it, or --lines-topic");
  using named_endpoint = std::pair<std::string_view, const std::optional<endpoint>*>;
  const std::array<named_endpoint, 4> all{
      {{"listen.http", &s.http}, {"listen.tcp", &s.tcp}, {"listen.lines", &s.lines}, {"listen.admin", &s.admin}}};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const auto& a = *all[i].second;
      const auto& b = *all[j].second;
      demand(!a || !b || a->port == 0 || a->port != b->port || a->address != b->address, {all[i].first, all[j].first},
             "two listeners cannot share one address and port");
    }
}

void checker::tls() {
  for (tls_flaw& each : tls_flaws(settings_)) {
    if (has_own_error(each.path)) continue;
    const origin where = draft_.origin_of(each.path);
    const auto same = [&](const config_error& e) { return e.path == each.path && e.message == each.message; };
    if (std::ranges::none_of(errors_, same)) fail(errc::contradiction, each.path, where, std::move(each.message));
  }
}

void checker::kafka() {
  const std::string& odd = settings_.kafka.librdkafka_for;
  if (settings_.kafka.publisher == publisher_choice::direct && !odd.empty())
    fail(errc::contradiction, "kafka.properties." + odd, draft_.origin_of("kafka.publisher"),
         "the direct publisher does not know it: write kafka.publisher: auto or librdkafka, or leave it out");
  const bool may_be_written = has_own_error("") || has_own_error("kafka");  // in what could not be read
  if (settings_.kafka.bootstrap.empty() && !may_be_written && !has_own_error("kafka.bootstrap"))
    fail(errc::missing, "kafka.bootstrap", draft_.origin_of("kafka.bootstrap"),
         "no Kafka is named: write it, or start with --kafka HOST:PORT");
  demand(settings_.kafka.compression != "none" || !draft_.values.contains("kafka.compression_level"),
         {"kafka.compression_level", "kafka.compression"}, "a level without a codec does nothing");
}

void checker::topics() {
  topic(settings_.topics.back(), draft_.topic_defaults, "topic_defaults");
  for (std::size_t i = 0; i < draft_.topics.size(); ++i) {
    topic(settings_.topics[i], draft_.topics[i], "topics");
    if (!draft_.topics[i].values.contains("pattern")) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (!draft_.topics[j].values.contains("pattern")) continue;
      const std::string& earlier = settings_.topics[j].pattern;
      if (!matches(earlier, settings_.topics[i].pattern)) continue;
      fail(errc::contradiction, "topics.pattern", draft_.topics[i].from,
           "'" + settings_.topics[i].pattern + "' is never reached: '" + earlier + "' (" +
               draft_.topics[j].from.text() + ") comes first and matches all of it. Put the narrower one first");
      break;
    }
  }
}

void checker::topic(const topic_settings& t, const topic_draft& from, const std::string& prefix) {
  const auto at = [&](std::string_view key) {
    const auto own = from.values.find(key);
    if (own != from.values.end()) return own->second.from;
    const origin inherited = draft_.origin_of("topic_defaults." + std::string(key));
    return inherited.from == origin::source::unwritten ? from.from : inherited;
  };
  const auto says = [&](std::string_view key) { return from.values.contains(key); };
  const auto complain = [&](std::string_view key, std::string message) {
    fail(errc::contradiction, prefix + "." + std::string(key), at(key), std::move(message));
  };
  if (t.ack == ack_level::none && !t.ack_none_allowed && (says("ack") || says("ack_none_allowed")))
    complain("ack_none_allowed", "ack is none by default but not allowed: set ack_none_allowed: true, or ack: broker");
  if (says("partitions") && t.partitions != 0 && t.order == partition_order::follow)
    complain("partitions", "a fixed count has a meaning only with order: strict; write that, or remove partitions");
  if (says("compression_level") && t.compression_level && t.compression.value_or(settings_.kafka.compression) == "none")
    complain("compression_level", "a level without a codec does nothing: set compression, or remove it");
  const auto& l = settings_.limits;
  if (says("event_bytes_max") && t.intake.event_bytes_max > l.decoded_bytes_max)
    complain("event_bytes_max",
             "an event cannot be larger than the decoded body it comes in, " + named("limits.decoded_bytes_max"));
}

}  // namespace

void check_together(const draft& from, const settings& s, std::vector<config_error>& errors) {
  checker c(from, s, errors);
  c.budget();
  c.sizes();
  c.times();
  c.listeners();
  c.tls();
  c.kafka();
  c.topics();
}

}  // namespace gateway::config
