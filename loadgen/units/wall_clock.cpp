#include "loadgen/units/wall_clock.h"

#include <cstdint>

namespace loadgen::units {

namespace {

void put(std::string& text, std::size_t at, std::size_t digits, std::int64_t value) {
  for (std::size_t i = digits; i > 0; --i, value /= 10) text[at + i - 1] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string_view wall_clock::text(std::chrono::system_clock::time_point now) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(now);
  if (millis == shown_) return text_;
  const auto day = std::chrono::floor<std::chrono::days>(millis);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(millis - day);
  put(text_, 0, 4, static_cast<int>(date.year()));
  put(text_, 5, 2, static_cast<unsigned>(date.month()));
  put(text_, 8, 2, static_cast<unsigned>(date.day()));
  put(text_, 11, 2, time.hours().count());
  put(text_, 14, 2, time.minutes().count());
  put(text_, 17, 2, time.seconds().count());
  put(text_, 20, 3, time.subseconds().count());
  shown_ = millis;
  return text_;
}

std::string wall_clock_text(std::chrono::system_clock::time_point at) {
  wall_clock clock;
  return std::string(clock.text(at));
}

}  // namespace loadgen::units
