#include "metrics/events.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace metrics {
namespace {

TEST(EventsTest, EachHappeningHasOneRowThatSaysWhatToDo) {
  std::set<std::string_view> names;
  ASSERT_EQ(happening_catalogue().size(), happenings);
  for (const happening_info& row : happening_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << row.name;
    EXPECT_FALSE(row.meaning.empty() || row.what_to_do.empty()) << row.name;
    EXPECT_GT(row.lines_max, 0U) << row.name;
    EXPECT_GT(row.per_ms, 0U) << row.name;
  }
}

TEST(EventsTest, ErrorsCallForAPersonAndCalmOnesForNone) {
  for (const happening_info& row : happening_catalogue()) {
    if (row.level == log_level::error) {
      EXPECT_TRUE(row.calls_person) << row.name;
    }
    if (row.level <= log_level::info) {
      EXPECT_FALSE(row.calls_person) << row.name;
    }
    if (row.calls_person) {
      EXPECT_NE(row.what_to_do, "Nothing.") << row.name;
    }
  }
}

TEST(EventsTest, CounterMovesEveryTimeAndTheLineWithinItsLimit) {
  int lines = 0;
  const std::uint64_t before = happened_total(happening::kafka_unreachable);
  const std::uint64_t other = happened_total(happening::kafka_back);
  {
    log_options options;
    options.to = [&lines](std::string_view line) {
      ++lines;
      EXPECT_NE(line.find("error kafka_unreachable: no broker answers brokers=3"), std::string_view::npos) << line;
    };
    const log l(std::move(options));
    for (int i = 0; i < 1000; ++i) happened(happening::kafka_unreachable, "no broker answers", {{"brokers", 3}});
  }
  EXPECT_EQ(happened_total(happening::kafka_unreachable) - before, 1000U);
  EXPECT_EQ(happened_total(happening::kafka_back), other);
  EXPECT_GE(lines, 1);
  EXPECT_LE(lines, 2 * static_cast<int>(info(happening::kafka_unreachable).lines_max));  // a window may end in between
}

}  // namespace
}  // namespace metrics
