// Any text as a value of a header field: RFC 8187 gives UTF-8 or nothing, a timestamp is one only where writing it out
// and reading it again gives the same.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/decode/rfc3339.h"
#include "gateway/http1/ext_value.h"
#include "gateway/http1/json_text.h"

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

std::string written(std::int64_t ms) {
  using namespace std::chrono;
  const auto at = sys_time<milliseconds>(milliseconds(ms));
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = gateway::http1::decode_ext_value(text))
    demand(gateway::http1::is_utf8(*decoded) && decoded->size() <= text.size(), "decoded to what is no UTF-8");
  const auto ms = gateway::decode::parse_rfc3339_ms(text);
  constexpr std::int64_t year_1 = -62'135'596'800'000, year_9999 = 253'402'300'799'999;
  if (ms && *ms >= year_1 && *ms <= year_9999)
    demand(gateway::decode::parse_rfc3339_ms(written(*ms)) == ms, "written and read again it is another time");
  static_cast<void>(gateway::decode::parse_timestamp_ms(text));
  return 0;
}
