#include "gateway/http1/json_text.h"

#include <gtest/gtest.h>

namespace gateway::http1 {
namespace {

std::string quoted(std::string_view text) {
  std::string to;
  append_json_string(to, text);
  return to;
}

TEST(JsonTextTest, EscapesWhatJsonForbids) {
  EXPECT_EQ(quoted("a\"b\\c\n\r\t\x01"), R"("a\"b\\c\n\r\t\u0001")");
  EXPECT_EQ(quoted("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(JsonTextTest, ReplacesWhatIsNotUtf8) {
  for (const char* bad : {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\x80"})
    EXPECT_NE(quoted(bad).find("\xef\xbf\xbd"), std::string::npos);
  EXPECT_FALSE(is_utf8("a\xc3"));
  EXPECT_TRUE(is_utf8(""));
}

}  // namespace
}  // namespace gateway::http1
