#include "gateway/http1/date.h"

#include <cstdio>

namespace gateway::http1 {

// Not strftime: its names follow the process's locale.
void http_date::write(std::time_t now) noexcept {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm t{};
  gmtime_r(&now, &t);
  char line[64];
  std::snprintf(line, sizeof line, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t.tm_wday], t.tm_mday % 100,
                months[t.tm_mon], (t.tm_year + 1900) % 10000, t.tm_hour, t.tm_min, t.tm_sec);
  std::string_view(line).copy(text_, sizeof text_ - 1);
  written_for_ = now;
}

}  // namespace gateway::http1
