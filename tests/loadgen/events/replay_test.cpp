#include "loadgen/events/replay.h"

#include <gtest/gtest.h>

#include "loadgen/events/content_error.h"
#include "loadgen/events/mark.h"

namespace loadgen::events {
namespace {

using namespace std::chrono_literals;

constexpr const char* file = R"({"aggregateId":"a","timestamp":"2026-01-01T00:00:00Z","n":1}
{"aggregateId":"b","timestamp":"2026-01-01T00:00:01.500Z"}

  {"aggregate_id":7,"ts":1767225602}  )"
                             "\r\n{}\n"
                             R"({"aggregateId":"a","timestamp":"2026-01-01T00:00:01Z"})";

TEST(ReplayTest, KeepsOrderTimesAndAggregates) {
  const replay_file replay = replay_file::parse(file, "", 2);
  ASSERT_EQ(replay.events().size(), 5U);
  EXPECT_EQ(replay.events()[0].due, 0ms);
  EXPECT_EQ(replay.events()[1].due, 750ms);
  EXPECT_EQ(replay.events()[2].due, 1s);
  EXPECT_EQ(replay.events()[3].due, 1s) << "no time of its own: right after the one before";
  EXPECT_EQ(replay.events()[4].due, 1s) << "a step back in time is sent at once";
  EXPECT_EQ(replay.events()[4].aggregate, replay.events()[0].aggregate);
  EXPECT_EQ(replay.aggregates(), 4U);
  EXPECT_EQ(replay.text_of(replay.events()[2]), R"({"aggregate_id":7,"ts":1767225602})");
}

TEST(ReplayTest, EventsWithoutAnAggregateAreEachTheirOwn) {
  const replay_file replay = replay_file::parse("{}\n{\"x\":1}\n{\"aggregateId\":\"a\"}\n{}\n", "", 1);
  EXPECT_EQ(replay.aggregates(), 4U);
  EXPECT_NE(replay.events()[0].aggregate, replay.events()[3].aggregate);
}

TEST(ReplayTest, TheMarkBecomesTheFirstMember) {
  const replay_file replay = replay_file::parse(file, "", 1);
  const std::string id = to_string(mark{1, 2, 3, 4, 5, 6});
  std::string out(replay.largest(), '\0');
  out.resize(replay.write(replay.events()[1], out.data(), id));
  EXPECT_EQ(out, R"({"loadgenId":")" + id + R"(","aggregateId":"b","timestamp":"2026-01-01T00:00:01.500Z"})");
  out.resize(replay.largest());
  out.resize(replay.write(replay.events()[3], out.data(), id));
  EXPECT_EQ(out, R"({"loadgenId":")" + id + "\"}");
}

TEST(ReplayTest, TheKeyPointerIsTheRequests) {
  const replay_file replay =
      replay_file::parse("{\"u\":{\"id\":1}}\n{\"u\":{\"id\":2}}\n{\"u\":{\"id\":1}}\n", "/u/id", 1);
  EXPECT_EQ(replay.aggregates(), 2U);
  EXPECT_EQ(replay.events()[2].aggregate, 0U);
}

TEST(ReplayTest, ALineThatIsNoEventIsNamed) {
  try {
    replay_file::parse("{}\n[1]\n", "", 1);
    FAIL();
  } catch (const content_error& error) {
    EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos);
  }
  EXPECT_THROW(replay_file::parse("\n\n", "", 1), content_error);
}

TEST(ReplayTest, TimesComeInManyForms) {
  const std::pair<const char*, std::chrono::nanoseconds> table[] = {{"1970-01-02", 24h},
                                                                    {"1970-01-01T00:00:01Z", 1s},
                                                                    {"1970-01-01T00:00:01.25Z", 1250ms},
                                                                    {"1970-01-01T01:00:00+01:00", 0s},
                                                                    {"1970-01-01T00:00:00-0130", 90min},
                                                                    {"1767225602", 1767225602s},
                                                                    {"1767225602123", 1767225602123ms},
                                                                    {"1767225602.5", 1767225602500ms}};
  for (const auto& [text, expected] : table) {
    std::chrono::nanoseconds time{};
    EXPECT_TRUE(parse_time(text, time)) << text;
    EXPECT_EQ(time, expected) << text;
  }
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-01-01T25", "2026-01-01T00:00:00X"}) {
    std::chrono::nanoseconds time{};
    EXPECT_FALSE(parse_time(text, time)) << text;
  }
}

}  // namespace
}  // namespace loadgen::events
