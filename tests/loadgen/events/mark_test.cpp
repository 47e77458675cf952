#include "loadgen/events/mark.h"

#include <gtest/gtest.h>

namespace loadgen::events {
namespace {

TEST(MarkTest, ReadsBackWhatItWrites) {
  const mark id{0xdeadbeef, 0xffff, 0x12345678, 0xfffffff, 0x0abcdef, 0x87654321};
  const std::string text = to_string(id);
  EXPECT_EQ(text, "deadbeef-ffff-12345678-fffffff-0abcdef-87654321");
  const auto found = find_mark("xx" + text + "yy", "deadbeef", 77);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at, 2U);
  EXPECT_EQ(found->value.sequence, id.sequence);
  EXPECT_EQ(found->value.sum, id.sum);
}

TEST(MarkTest, IgnoresOtherRunsAndCutMarks) {
  const std::string text = to_string(mark{1, 2, 3, 4, 5, 6});
  EXPECT_FALSE(find_mark(text, "00000002", 0));
  EXPECT_FALSE(find_mark(text.substr(0, 46), "00000001", 0));
  EXPECT_FALSE(find_mark("00000001", "00000001", 0));
  EXPECT_TRUE(find_mark("00000001 " + text, "00000001", 0));
}

}  // namespace
}  // namespace loadgen::events
