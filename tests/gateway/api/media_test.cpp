#include "gateway/api/media.h"

#include <gtest/gtest.h>

namespace gateway::api {
namespace {

TEST(MediaTest, TellsBodiesApartByTypeAlone) {
  EXPECT_EQ(api::body_kind_of("application/json"), body_kind::json);
  EXPECT_EQ(api::body_kind_of("Application/JSON ; charset=utf-8"), body_kind::json);
  for (const char* name : {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
                           "application/json-lines", "application/x-json-stream", "application/json-seq",
                           "text/x-ndjson", "Text/X-NDJSON;charset=utf-8", " application/ndjson ; a=b"})
    EXPECT_EQ(api::body_kind_of(name), body_kind::ndjson) << name;
  for (const char* name : {"text/json", "application/ld+json", "application/vnd.acme.order.v1+json", "a/b+JSON; v=1"})
    EXPECT_EQ(api::body_kind_of(name), body_kind::document) << name;
  for (const char* name : {"application/cloudevents+json", "application/cloudevents-batch+json",
                           "Application/CloudEvents+json; charset=utf-8", "application/cloudevents+avro"})
    EXPECT_EQ(api::body_kind_of(name), body_kind::cloud_event) << name;
  for (const char* name : {"application/vnd.kafka.json.v2+json", "application/vnd.kafka.binary.v2+json",
                           "application/vnd.kafka.v2+json", "application/VND.kafka.avro.v2+json"})
    EXPECT_EQ(api::body_kind_of(name), body_kind::rest_proxy) << name;
  for (const char* other : {"", "text/plain", "application/jsonx", "json", ";", "application/msgpack", "a/bjson"})
    EXPECT_EQ(api::body_kind_of(other), body_kind::opaque) << other;
}

TEST(MediaTest, TakesOnlyUtf8Json) {
  for (const char* good : {"application/json", "a/b; charset=UTF-8", "a/b;charset=\"utf-8\"", "a/b; x=y; charset=utf8",
                           "a/b; charset=US-ASCII; x=y"})
    EXPECT_TRUE(api::is_utf8_charset(good)) << good;
  for (const char* bad :
       {"a/b; charset=utf-16", "a/b;CHARSET=latin1", "a/b; charset=", "a/b; charset=utf-8; charset=utf-16",
        "a/b; charset=utf-16; charset=utf-8", "a/b; charset=utf-8; charset=utf-8"})
    EXPECT_FALSE(api::is_utf8_charset(bad)) << bad;
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
