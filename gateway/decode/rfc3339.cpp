#include "gateway/decode/rfc3339.h"

#include <chrono>

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

constexpr std::size_t digits_max = 15;

/// Takes text off its front; once something is missing, everything is.
class taker {
 public:
  explicit taker(std::string_view rest) noexcept : rest_(rest) {}

  [[nodiscard]] bool at_end() const noexcept { return good_ && rest_.empty(); }
  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  int number(std::size_t digits) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      good_ &= is_digit(peek());
      if (!good_) return 0;
      value = value * 10 + (peek() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  void one_of(std::string_view allowed) noexcept {
    good_ &= !rest_.empty() && allowed.find(peek()) != std::string_view::npos;
    if (good_) rest_.remove_prefix(1);
  }
  bool take(char c) noexcept {
    if (!good_ || peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Digits behind a dot: milliseconds of them.
  int fraction_ms() noexcept {
    int ms = 0;
    int weight = 100;
    good_ &= is_digit(peek());
    for (; good_ && is_digit(peek()); rest_.remove_prefix(1), weight /= 10) ms += weight * (peek() - '0');
    return ms;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

/// Minutes east of Greenwich.
int offset_minutes(taker& in) noexcept {
  if (in.take('Z') || in.take('z')) return 0;
  const int sign = in.peek() == '-' ? -1 : 1;
  in.one_of("+-");
  const int hours = in.number(2);
  in.one_of(":");
  const int minutes = in.number(2);
  if (hours > 23 || minutes > 59) in.one_of({});
  return sign * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339_ms(std::string_view text) noexcept {
  using namespace std::chrono;
  taker in(text);
  const year y{in.number(4)};
  in.one_of("-");
  const month m{static_cast<unsigned>(in.number(2))};
  in.one_of("-");
  const day d{static_cast<unsigned>(in.number(2))};
  in.one_of("Tt ");
  const int hour = in.number(2);
  in.one_of(":");
  const int minute = in.number(2);
  in.one_of(":");
  const int second = in.number(2);
  const int ms = in.take('.') ? in.fraction_ms() : 0;
  const int offset = offset_minutes(in);
  const year_month_day date{y, m, d};
  if (!in.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto days = sys_days{date}.time_since_epoch().count();
  return ((std::int64_t{days} * 24 + hour) * 60 + minute - offset) * 60'000 + second * 1000 + ms;
}

std::optional<std::int64_t> parse_timestamp_ms(std::string_view text) noexcept {
  if (text.empty() || text.size() > digits_max) return parse_rfc3339_ms(text);
  std::int64_t ms = 0;
  for (const char c : text) {
    if (!is_digit(c)) return parse_rfc3339_ms(text);
    ms = ms * 10 + (c - '0');
  }
  return ms;
}

}  // namespace gateway::decode
