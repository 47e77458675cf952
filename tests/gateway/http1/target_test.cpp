#include "gateway/http1/target.h"

#include <gtest/gtest.h>

namespace gateway::http1 {
namespace {

struct parsed {
  explicit parsed(std::string_view raw_target) : raw(raw_target), result(target::parse(raw, storage)) {}
  const target* operator->() const { return &*result; }
  std::string raw;
  std::string storage;
  boost::system::result<target, problem> result;
};

TEST(TargetTest, TakesPathAndQueryApart) {
  const parsed t("/v1/topics/orders/events?ack=none&key=/a~1b&&timeout_ms=5");
  ASSERT_EQ(t->segments(), 4U);
  EXPECT_EQ(t->segment(2), "orders");
  ASSERT_EQ(t->query().size(), 3U);
  EXPECT_EQ(*t->find("key"), "/a~1b");
  EXPECT_EQ(t->find("results"), nullptr);
}

TEST(TargetTest, DecodesPercentEncodingOnce) {
  const parsed t("/a%2Fb/%2525?k%65y=%7b%C3%A9%7D+x%2B");
  EXPECT_EQ(t->segment(0), "a/b");
  EXPECT_EQ(t->segment(1), "%25");
  EXPECT_EQ(*t->find("key"), "{\xc3\xa9} x+");
}

TEST(TargetTest, RefusesBrokenEncoding) {
  for (const char* raw : {"/%", "/%2", "/%zz", "/a?b=%", "/a?%g0=b", "/%ff", "/a?b=%c3"})
    EXPECT_EQ(parsed(raw).result.error().error, errc::invalid_target) << raw;
}

TEST(TargetTest, ReadsAbsoluteForm) {
  EXPECT_EQ(parsed("http://h:80/v1/topics?x=y")->segment(1), "topics");
  EXPECT_EQ(parsed("HTTPS://h")->segments(), 0U);
  EXPECT_EQ(parsed("http://h?x=y")->query().size(), 1U);
  for (const char* raw : {"http://", "http:///a", "http://a@b/c", "ftp://h/", "h:443", "*", "v1/topics"})
    if (parsed t(raw); t.result) {
      EXPECT_EQ(t->segments(), 0U) << raw;
    }
}

TEST(TargetTest, BoundsParameters) {
  std::string many = "/a?";
  for (int i = 0; i < 17; ++i) many += "p=1&";
  EXPECT_EQ(parsed(many).result.error().error, errc::invalid_query);
}

TEST(TargetTest, KnowsKafkasTopicNames) {
  for (const std::string& good : {std::string("a"), std::string("A-z_0.9"), std::string(249, 'x'), std::string("...")})
    EXPECT_TRUE(is_topic_name(good)) << good;
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), std::string(250, 'x'), std::string("a b"),
        std::string("a/b"), std::string("\xc3\xa9"), std::string("a\0", 2)})
    EXPECT_FALSE(is_topic_name(bad)) << bad;
}

}  // namespace
}  // namespace gateway::http1
