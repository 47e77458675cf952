#include "loadgen/json/writer.h"

#include <gtest/gtest.h>

namespace loadgen::json {
namespace {

TEST(JsonWriterTest, EscapesAndNests) {
  writer json;
  json.begin_object().member("a", "q\"\\\n</").member("n", 3).member("x", 0.25).key("list").begin_array();
  json.value(true).null().value(1.0 / 0.0).end_array().end_object();
  EXPECT_EQ(json.text(), R"({"a":"q\"\\\u000a\u003c/","n":3,"x":0.25,"list":[true,null,null]})");
}

}  // namespace
}  // namespace loadgen::json
