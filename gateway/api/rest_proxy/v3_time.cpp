#include "gateway/api/rest_proxy/v3_time.h"

#include <chrono>
#include <cstdio>

namespace gateway::api::rest_proxy {

void append_time(std::string& to, std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> when{milliseconds{ms}};
  const auto day_of = floor<days>(when);
  const year_month_day date{day_of};
  const hh_mm_ss time{when - day_of};
  char text[48];
  const int n = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                              static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                              static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  to.append(text, static_cast<std::size_t>(n));
}

}  // namespace gateway::api::rest_proxy
