#include "gateway/api/media.h"

#include <gtest/gtest.h>

namespace gateway::api {
namespace {

TEST(MediaTest, TellsBodiesApartByTypeAlone) {
  EXPECT_EQ(api::body_kind_of("application/json"), body_kind::json);
  EXPECT_EQ(api::body_kind_of("Application/JSON ; charset=utf-8"), body_kind::json);
  EXPECT_EQ(api::body_kind_of("application/x-ndjson"), body_kind::ndjson);
  EXPECT_EQ(api::body_kind_of("application/jsonl"), body_kind::ndjson);
  for (const char* other : {"", "text/plain", "application/jsonx", "application/cloudevents+json", "json", ";"})
    EXPECT_EQ(api::body_kind_of(other), body_kind::opaque) << other;
}

TEST(MediaTest, TakesOnlyUtf8Json) {
  for (const char* good : {"application/json", "a/b; charset=UTF-8", "a/b;charset=\"utf-8\"", "a/b; x=y; charset=utf8"})
    EXPECT_TRUE(api::is_utf8_charset(good)) << good;
  for (const char* bad : {"a/b; charset=utf-16", "a/b;CHARSET=latin1", "a/b; charset="})
    EXPECT_FALSE(api::is_utf8_charset(bad)) << bad;
}

TEST(MediaTest, AnswersWhereJsonIsAcceptable) {
  for (const char* good : {"", "*/*", "application/*", "application/json", "text/html, */*;q=0.1",
                           "application/problem+json", "application/json;q=0.5, text/html"})
    EXPECT_TRUE(api::accepts_json(good)) << good;
  for (const char* bad :
       {"text/html", "application/xml", "application/json;q=0", "application/json; q=0.000", "text/*"})
    EXPECT_FALSE(api::accepts_json(bad)) << bad;
}

TEST(MediaTest, KnowsATraceparent) {
  EXPECT_TRUE(api::is_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  for (const char* bad : {"", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"})
    EXPECT_FALSE(api::is_traceparent(bad)) << bad;
}

}  // namespace
}  // namespace gateway::api
