#include "gateway/ingress/rules.h"

#include <gtest/gtest.h>

#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace gateway::ingress {
namespace {

std::shared_ptr<const config::settings> keyed_by(const std::string& pointer) {
  config::settings s;
  s.topics.emplace_back();
  s.topics.back().key_pointers = {pointer};
  return std::make_shared<const config::settings>(std::move(s));
}

class RuleBookTest : public testing::Test {
 protected:
  tests::fake_world world_;
  tests::fake_publisher publisher_;
  batching::in_flight budget_{1000, 900, 800};
  runtime::lane lane_{0, keyed_by("/a"), world_, publisher_, budget_};
  batching::topic topic_{"t", 3};
  rule_book book_{lane_};
};

TEST_F(RuleBookTest, FollowsAReload) {
  EXPECT_EQ(book_.of(topic_).keys->pointers(), std::vector<std::string>{"/a"});
  lane_.set_settings(keyed_by("/b"));
  lane_.io().poll();
  EXPECT_EQ(book_.of(topic_).keys->pointers(), std::vector<std::string>{"/b"});
}

TEST_F(RuleBookTest, KeepsABoundedNumberOfAskedPointers) {
  const topic_rules& rules = book_.of(topic_);
  for (std::size_t i = 0; i < 3 * rule_book::pointers_max; ++i) {
    const std::string pointer = "/p" + std::to_string(i);
    EXPECT_EQ(book_.finder_of(pointer, topic_, rules).pointers(), (std::vector<std::string>{pointer, "/a"}));
    EXPECT_LE(book_.pointers_kept(), rule_book::pointers_max);
  }
}

TEST_F(RuleBookTest, FindsAnAskedPointerAgain) {
  const topic_rules& rules = book_.of(topic_);
  const decode::key_finder* const first = &book_.finder_of("/p", topic_, rules);
  EXPECT_EQ(first, &book_.finder_of("/p", topic_, rules));
  EXPECT_EQ(book_.pointers_kept(), 1U);
}

}  // namespace
}  // namespace gateway::ingress
