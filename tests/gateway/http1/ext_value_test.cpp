#include "gateway/http1/ext_value.h"

#include <gtest/gtest.h>

namespace gateway::http1 {
namespace {

TEST(ExtValueTest, ReadsUtf8) {
  EXPECT_EQ(decode_ext_value("UTF-8''plain"), "plain");
  EXPECT_EQ(decode_ext_value("utf-8'en-GB'%c2%A3%20rates"), "\xc2\xa3 rates");
  EXPECT_EQ(decode_ext_value("UTF-8''"), "");
}

TEST(ExtValueTest, RefusesEverythingElse) {
  for (const char* text : {"", "plain", "UTF-8'plain", "iso-8859-1'en'%A3", "UTF-8''%ff", "UTF-8''%4", "UTF-8''%zz",
                           "UTF-8''a b", "UTF-8''a'b", "UTF-8'e n'a", "''a", "UTF-8''\xc3\xa9"})
    EXPECT_EQ(decode_ext_value(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gateway::http1
