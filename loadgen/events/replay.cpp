#include "loadgen/events/replay.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "loadgen/events/content_error.h"
#include "loadgen/events/mark.h"

namespace loadgen::events {

namespace {

using std::chrono::nanoseconds;

constexpr const char* time_members[] = {"timestamp", "time", "ts", "@timestamp", "occurredAt", "createdAt"};

bool digits(std::string_view text, std::size_t at, std::size_t count, int& into) {
  if (text.size() < at + count) return false;
  const auto [rest, error] = std::from_chars(text.data() + at, text.data() + at + count, into);
  return error == std::errc() && rest == text.data() + at + count && into >= 0;
}

nanoseconds from_epoch(double value) {
  // Seconds until the year 5138 have at most 11 digits; then come milliseconds, and so on.
  std::int64_t factor = 1'000'000'000;
  for (double bound = 1e11; std::abs(value) >= bound && factor > 1; bound *= 1e3) factor /= 1000;
  // The whole part is converted by itself: nanoseconds since 1970 have more digits than a double.
  const double whole = std::trunc(value);
  return nanoseconds(static_cast<std::int64_t>(whole) * factor +
                     std::llround((value - whole) * static_cast<double>(factor)));
}

bool parse_zone(std::string_view text, nanoseconds& into) {
  int hours = 0;
  int minutes = 0;
  if (text.empty() || text == "Z" || text == "z") return true;
  const std::size_t minute_at = text.find(':') == std::string_view::npos ? 3 : 4;
  if ((text[0] != '+' && text[0] != '-') || !digits(text, 1, 2, hours)) return false;
  if (text.size() > 3 && !digits(text, minute_at, 2, minutes)) return false;
  const auto shift = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  into += text[0] == '+' ? -shift : shift;
  return true;
}

bool time_of(const simdjson::dom::element& event, nanoseconds& into) {
  for (const char* name : time_members) {
    const auto found = event[name];
    std::string_view text;
    double number = 0;
    if (found.get(text) == simdjson::SUCCESS) return parse_time(text, into);
    if (found.get(number) == simdjson::SUCCESS) {
      into = from_epoch(number);
      return true;
    }
  }
  return false;
}

std::string aggregate_of(const simdjson::dom::element& event, const std::string& key) {
  for (const std::string& pointer :
       key.empty() ? std::vector<std::string>{"/aggregateId", "/aggregate_id"} : std::vector<std::string>{key}) {
    const auto found = event.at_pointer(pointer);
    std::string_view text;
    if (found.get(text) == simdjson::SUCCESS) return std::string(text);
    simdjson::dom::element other;
    if (found.get(other) == simdjson::SUCCESS) return simdjson::minify(other);
  }
  return {};
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

/// Reads the events of a file in order: their aggregates by first appearance, their times from the first event on.
class event_reader {
 public:
  event_reader(const std::string& key, double speed) : key_(key), speed_(speed) {}

  /// `number`: of the line, for a complaint. Throws content_error.
  replay_event read(std::string_view line, std::uint64_t offset, std::size_t number) {
    simdjson::dom::element event;
    if (parser_.parse(line.data(), line.size()).get(event) != simdjson::SUCCESS || !event.is_object()) {
      throw content_error("line " + std::to_string(number) + " is not a JSON object");
    }
    const nanoseconds since_first = time_of_next(event);
    const double due = speed_ > 0 ? static_cast<double>(since_first.count()) / speed_ : 0;
    return {offset, static_cast<std::uint32_t>(line.size()), number_of(aggregate_of(event, key_)),
            nanoseconds(std::llround(due))};
  }

  std::uint32_t aggregates() const { return aggregates_; }

 private:
  nanoseconds time_of_next(const simdjson::dom::element& event) {
    nanoseconds when = last_.value_or(nanoseconds(0));
    time_of(event, when);
    if (!last_) first_ = when;
    // An event that steps back in time is sent at once: the file's order counts.
    last_ = std::max(last_.value_or(when), when);
    return *last_ - first_;
  }

  /// An event without an aggregate id becomes an aggregate of its own: its order is not checked.
  std::uint32_t number_of(const std::string& id) {
    if (id.empty()) return aggregates_++;
    const auto [found, is_new] = numbers_.try_emplace(id, aggregates_);
    if (is_new) ++aggregates_;
    return found->second;
  }

  const std::string& key_;
  const double speed_;
  simdjson::dom::parser parser_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::uint32_t aggregates_ = 0;
  nanoseconds first_{};
  std::optional<nanoseconds> last_;
};

}  // namespace

bool parse_time(std::string_view text, nanoseconds& into) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!digits(text, 0, 4, year) || !digits(text, 5, 2, month) || !digits(text, 8, 2, day) || text[4] != '-') {
    double number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || rest != text.data() + text.size() || !std::isfinite(number)) return false;
    into = from_epoch(number);
    return true;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  into = std::chrono::sys_days(date).time_since_epoch();
  if (text.size() == 10) return true;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!digits(text, 11, 2, hour) || !digits(text, 14, 2, minute) || !digits(text, 17, 2, second)) return false;
  into += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  std::string_view rest = text.substr(19);
  if (rest.starts_with('.') || rest.starts_with(',')) {
    std::int64_t unit = 100'000'000;
    for (rest.remove_prefix(1); !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1), unit /= 10) {
      into += nanoseconds(unit * (rest[0] - '0'));
    }
  }
  return parse_zone(rest, into);
}

replay_file replay_file::parse(std::string text, const std::string& key, double speed) {
  replay_file result;
  result.text_ = std::move(text);
  event_reader reader(key, speed);
  std::size_t number = 0;
  const std::string_view all = result.text_;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    const std::string_view line = trimmed(all.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty()) continue;
    result.events_.push_back(reader.read(line, static_cast<std::uint64_t>(line.data() - all.data()), number));
  }
  if (result.events_.empty()) throw content_error("it holds no event");
  if (result.events_.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw content_error("it holds more than 4,294,967,295 events");
  }
  result.aggregates_ = reader.aggregates();
  return result;
}

std::size_t replay_file::largest() const {
  std::uint32_t size = 0;
  for (const replay_event& each : events_) size = std::max(size, each.size);
  return size + mark_member.size() + mark::size + 2;
}

std::size_t replay_file::write(const replay_event& event, char* const begin, std::string_view mark_text) const {
  const std::string_view line = text_of(event);
  std::string_view rest = line.substr(1);
  char* at = begin + mark_member.copy(begin, mark_member.size());
  at += mark_text.copy(at, mark_text.size());
  *at++ = '"';
  // An empty object needs no comma.
  if (rest[rest.find_first_not_of(" \t")] != '}') *at++ = ',';
  at += rest.copy(at, rest.size());
  return static_cast<std::size_t>(at - begin);
}

}  // namespace loadgen::events
