#include "gateway/decode/json_cursor.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::decode {
namespace {

std::string members_of(std::string_view object) {
  std::string seen;
  for (json_members m(json_value{object}); m.next();)
    seen += std::string(m.name().text) + "=" + std::string(m.value().text) + ";";
  return seen;
}

TEST(JsonCursorTest, GivesMembersAsTheyWereSent) {
  EXPECT_EQ(members_of("{}"), "");
  EXPECT_EQ(members_of(R"({ "a" : 1 ,"b":{"c":[1,{"d":"}"}]}, "e\"":"x\\"})"),
            R"("a"=1;"b"={"c":[1,{"d":"}"}]};"e\""="x\\";)");
}

TEST(JsonCursorTest, GivesElements) {
  std::string seen;
  for (json_elements e(json_value{R"([ 1,"]",[2],{"a":[]},null ])"}); e.next();)
    seen += std::string(e.value().text) + ";";
  EXPECT_EQ(seen, R"(1;"]";[2];{"a":[]};null;)");
}

TEST(JsonCursorTest, ReadsStringsAndNumbers) {
  EXPECT_EQ(json_value{R"("a\u00e9")"}.string(), "a\xc3\xa9");
  EXPECT_EQ(json_value{R"("\ud800")"}.string(), std::nullopt);
  EXPECT_EQ(json_value{"-12"}.integer(), -12);
  for (const char* no : {"1.0", "1e3", "99999999999999999999"}) EXPECT_EQ(json_value{no}.integer(), std::nullopt) << no;
}

TEST(JsonCursorTest, EndsOnTextThatIsNotValidAfterAll) {
  for (const char* broken : {"{", "{\"a\"", "{\"a\":", "{\"a\":\"", "{,", "{\"a\":[", "{1:2}"}) members_of(broken);
  std::string_view open = "\"abc";
  EXPECT_EQ(take_value(open).text, "\"abc");
  EXPECT_TRUE(open.empty());
}

}  // namespace
}  // namespace gateway::decode
