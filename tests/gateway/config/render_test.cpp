#include "gateway/config/render.h"

#include <gtest/gtest.h>

#include "gateway/config/option_table.h"
#include "gateway/config/reload.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const char* const rich =
    "kafka:\n"
    "  bootstrap: a:1,b:2\n"
    "  properties:\n"
    "    client.id: \"quo\\\"te: # \\\\ \\x01\"\n"
    "    sasl.password: hunter2\n"
    "listen:\n"
    "  http: '[::1]:81'\n"
    "  tcp: off\n"
    "batch.linger: 1500us\n"
    "lag.groups: [a, \"b, c\", \"d: e\"]\n"
    "topic_defaults:\n"
    "  order: strict\n"
    "topics:\n"
    "  - pattern: \"*.v1\"\n"
    "    key_pointers: [/a~1b, \"/c d\"]\n"
    "  - pattern: \"*\"\n"
    "    compression: lz4\n";

TEST(RenderTest, EachValueSaysWhereItComesFrom) {
  draft d = with_kafka("lanes: 2\nkafka.properties:\n  client.id: ${env:NAME}\n", {{"NAME", "gate"}});
  d.put("batch.linger", {{"2ms"}, false, {origin::source::command_line, "--set", 0, {}}});
  const std::string out = render_effective(d, *finalize(d));
  EXPECT_THAT(out, testing::ContainsRegex("lanes: 2 +# headgate.yaml:1\n"));
  EXPECT_THAT(out, testing::ContainsRegex("linger: 2ms +# --set\n"));
  EXPECT_THAT(out, testing::ContainsRegex("client.id: gate +# headgate.yaml:3, environment NAME\n"));
  EXPECT_THAT(out, testing::ContainsRegex("json_depth_max: 128 +# default\n"));
}

TEST(RenderTest, LanesThatNobodyWroteSayHowTheirNumberCameAbout) {
  const draft d = with_kafka("");
  EXPECT_THAT(render_effective(d, *finalize(d, {3, "3 by the CPU quota"})),
              testing::ContainsRegex("lanes: 3 +# default: 3 by the CPU quota\n"));
  const draft written = with_kafka("lanes: 2\n");
  EXPECT_THAT(render_effective(written, *finalize(written, {3, "3 by the CPU quota"})),
              testing::ContainsRegex("lanes: 2 +# headgate.yaml:1\n"));
}

TEST(RenderTest, SecretsAreMasked) {
  const draft d = from_yaml(rich);
  EXPECT_THAT(render_effective(d, *finalize(d)),
              testing::AllOf(Not(HasSubstr("hunter2")), HasSubstr("sasl.password: \"********\"")));
}

TEST(RenderTest, WhatIsRenderedReadsBackAsTheSameSettings) {
  const draft d = from_yaml(rich);
  const auto s = finalize(d);
  ASSERT_TRUE(s);
  const draft again = from_yaml(render_effective(d, *s));
  const auto read_back = finalize(again);
  ASSERT_TRUE(read_back) << render_effective(d, *s) << errors_of(again).front();
  EXPECT_THAT(compare(*s, *read_back).reloadable, ElementsAre());
  EXPECT_THAT(compare(*s, *read_back).needs_restart, ElementsAre("kafka.properties"));  // the masked secret
  EXPECT_EQ(read_back->kafka.properties.at("client.id"), s->kafka.properties.at("client.id"));
}

TEST(RenderTest, EveryOptionIsShown) {
  const draft d = from_yaml(rich);
  const std::string effective = render_effective(d, *finalize(d));
  const std::string options = render_options();
  for (const setting_option& o : setting_options()) {
    EXPECT_THAT(effective, HasSubstr(std::string(o.path.substr(o.path.rfind('.') + 1)) + ": "));
    EXPECT_THAT(options, HasSubstr("| `" + std::string(o.path) + "` |"));
  }
  for (const topic_option& o : topic_options()) EXPECT_THAT(options, HasSubstr("| `" + std::string(o.path) + "` |"));
}

TEST(ReloadTest, ChangesAreToldApart) {
  const auto before = finalize(with_kafka("lanes: 2\n"));
  const auto after = finalize(with_kafka(
      "lanes: 3\nlog.level: debug\ntopics:\n  - {pattern: a, ack: none}\nkafka.properties: {client.id: x}\n"));
  ASSERT_TRUE(before && after);
  const changes c = compare(*before, *after);
  EXPECT_THAT(c.reloadable, ElementsAre("log.level", "topics"));
  EXPECT_THAT(c.needs_restart, ElementsAre("lanes", "kafka.properties"));
  const settings merged = merge_reloadable(*before, *after);
  EXPECT_EQ(merged.lanes, 2U);
  EXPECT_EQ(merged.log.level, "debug");
  EXPECT_EQ(merged.of_topic("a").ack, ack_level::none);
}

TEST(ReloadTest, WhatThePublisherTookOverWaitsForARestart) {
  const auto before = finalize(with_kafka("topics:\n  - {pattern: 'a*', order: strict, partitions: 3}\n"));
  for (const char* text :
       {"topics:\n  - {pattern: 'a*', order: strict, partitions: 4}\n", "topics: []\n",
        "topics:\n  - {pattern: ab, ack: none}\n  - {pattern: 'a*', order: strict, partitions: 3}\n",
        "topic_defaults: {compression: lz4}\ntopics:\n  - {pattern: 'a*', order: strict, partitions: 3}\n"}) {
    const auto after = finalize(with_kafka(text));
    ASSERT_TRUE(before && after);
    EXPECT_THAT(compare(*before, *after).needs_restart, ElementsAre("topics")) << text;
    EXPECT_EQ(merge_reloadable(*before, *after).of_topic("ab").partitions, 3) << text;
  }
}

TEST(ReloadTest, AfterTheMergeOnlyWhatNeedsARestartDiffers) {
  const auto before = finalize(with_kafka("lanes: 2\n"));
  const auto after = finalize(
      with_kafka("lanes: 3\nlimits: {json_depth_max: 9, answer_time_max: 40s, head_time_max: 3s}\nlog.level: error\n"));
  ASSERT_TRUE(before && after);
  const changes left = compare(merge_reloadable(*before, *after), *after);
  EXPECT_THAT(left.reloadable, ElementsAre());
  EXPECT_THAT(left.needs_restart, ElementsAre("lanes"));
}

TEST(ReloadTest, NothingChangedIsNothingToDo) {
  const auto s = finalize(from_yaml(rich));
  const changes c = compare(*s, *s);
  EXPECT_TRUE(c.reloadable.empty() && c.needs_restart.empty());
}

}  // namespace
}  // namespace gateway::config::test
