#include "readmodel/project/beginning.h"

#include <gtest/gtest.h>

namespace {

using readmodel::project::find_beginning;
using bounds = std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>>;

TEST(BeginningTest, GoesOnWhereTheViewEnds) {
  const auto begin = find_beginning("t", {{0, 0}, {1, 7}, {2, 9}, {3, 5}},
                                    {{0, {0, 4}}, {1, {5, 8}}, {2, {5, 9}}, {3, {5, 9}}}, false);
  ASSERT_TRUE(begin) << begin.error();
  EXPECT_EQ(begin->from, (std::map<std::int32_t, std::int64_t>{{0, 0}, {1, 7}, {2, 9}, {3, 5}}));
  EXPECT_EQ(begin->missing, 0U);
  EXPECT_TRUE(begin->loss.empty());
}

TEST(BeginningTest, RefusesALogThatLostWhatComesNextAndSaysWhatToDo) {
  const auto begin = find_beginning("orders", {{3, 4}}, {{3, {5, 9}}}, false);
  ASSERT_FALSE(begin);
  EXPECT_EQ(
      begin.error(),
      "topic orders, partition 3: the view needs offset 4 next, but the log begins at 5 (events gone: 1). A view "
      "without them "
      "would be wrong: make the topic's retention longer, bring the events back and rebuild; or accept the loss with "
      "--from-what-is-left");
}

// A new view of a log whose first events are gone is as wrong as an old one that misses some in the middle.
TEST(BeginningTest, RefusesANewViewOfACutLog) { EXPECT_FALSE(find_beginning("t", {{0, 0}}, {{0, {1, 1}}}, false)); }

TEST(BeginningTest, AnAcceptedLossIsCountedAndToldOfEveryPartition) {
  const auto begin = find_beginning("t", {{0, 2}, {1, 6}, {2, 0}}, {{0, {5, 9}}, {1, {5, 9}}, {2, {20, 20}}}, true);
  ASSERT_TRUE(begin) << begin.error();
  EXPECT_EQ(begin->from, (std::map<std::int32_t, std::int64_t>{{0, 5}, {1, 6}, {2, 20}}));
  EXPECT_EQ(begin->missing, 23U);
  EXPECT_NE(begin->loss.find("partition 0: the view needs offset 2 next, but the log begins at 5"), std::string::npos);
  EXPECT_NE(begin->loss.find("; topic t, partition 2: "), std::string::npos);
}

TEST(BeginningTest, APositionBeyondTheEndIsAnotherLogWhateverIsAccepted) {
  for (const bool accepts : {false, true}) {
    const auto begin = find_beginning("t", {{0, 10}}, {{0, {0, 9}}}, accepts);
    ASSERT_FALSE(begin);
    EXPECT_NE(begin.error().find("has everything before offset 10, but the log ends at 9"), std::string::npos)
        << begin.error();
    EXPECT_NE(begin.error().find("rebuild"), std::string::npos) << begin.error();
  }
}

}  // namespace
