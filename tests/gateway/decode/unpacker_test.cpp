#include "gateway/decode/unpacker.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/deflated.h"

namespace gateway::decode {
namespace {

using namespace std::chrono_literals;

std::string gzip(std::string_view text) { return tests::deflated(text, 16 + MAX_WBITS, 1); }

class UnpackerTest : public testing::Test {
 protected:
  const unpacker::result* ask(const void* owner, std::string_view packed) {
    return unpack_.go_on(owner, encoding::gzip, packed, 16 << 20, now_);
  }
  /// How many calls it takes to the result; 0: it never comes.
  int calls(const void* owner, std::string_view packed) {
    for (int i = 1; i < 1000; ++i)
      if (ask(owner, packed) != nullptr) return i;
    return 0;
  }

  unpacker unpack_;
  unpacker::time_point now_{};
  int one_ = 0, other_ = 0;
  std::string small_ = gzip(std::string(1000, 's'));
  std::string large_ = gzip(std::string(10 << 20, 'l'));
};

TEST_F(UnpackerTest, ASmallBodyIsDoneAtOnce) {
  ASSERT_EQ(calls(&one_, small_), 1);
  EXPECT_EQ(**ask(&one_, small_), std::string(1000, 's'));
}

TEST_F(UnpackerTest, ALargeBodyIsDoneInStepsAndHandedOverInOneOfItsOwn) {
  const int steps = calls(&one_, large_);
  EXPECT_GE(steps, 5 + 1);
  EXPECT_LE(steps, 5 + 3);
  EXPECT_EQ(**ask(&one_, large_), std::string(10 << 20, 'l'));
}

TEST_F(UnpackerTest, ManyTinyMembersAreWorkToo) {
  std::string members;
  for (int i = 0; i < 5000; ++i) members += gzip("x");
  ASSERT_GE(calls(&one_, members), 3);
  EXPECT_EQ(**ask(&one_, members), std::string(5000, 'x'));
}

TEST_F(UnpackerTest, OthersWaitUntilItsOwnerIsDone) {
  EXPECT_EQ(ask(&one_, large_), nullptr);
  EXPECT_EQ(ask(&other_, small_), nullptr);
  EXPECT_GT(calls(&one_, large_), 0);
  EXPECT_EQ(ask(&other_, small_), nullptr) << "its body is not taken yet";
  unpack_.forget(&one_);
  EXPECT_EQ(calls(&other_, small_), 1);
}

TEST_F(UnpackerTest, AnOwnerThatDoesNotComeBackIsNotWaitedFor) {
  EXPECT_EQ(ask(&one_, large_), nullptr);
  now_ += unpacker::patience;
  EXPECT_EQ(calls(&other_, small_), 1);
  unpack_.forget(&other_);
  EXPECT_GE(calls(&one_, large_), 6) << "from its beginning";
}

TEST_F(UnpackerTest, ABodyThatHasMovedIsBegunAgain) {
  EXPECT_EQ(ask(&one_, large_), nullptr);
  const std::string moved = large_;
  EXPECT_GE(calls(&one_, moved), 6);
  EXPECT_EQ((*ask(&one_, moved))->size(), std::size_t{10} << 20);
}

TEST_F(UnpackerTest, SaysWhatIsWrong) {
  const std::string cut = large_.substr(0, large_.size() / 2);
  EXPECT_GT(calls(&one_, cut), 1);
  EXPECT_EQ(ask(&one_, cut)->error().code, decompress_errc::corrupt);
  unpack_.forget(&one_);
  const auto* beyond = unpack_.go_on(&one_, encoding::gzip, small_, 999, now_);
  ASSERT_NE(beyond, nullptr);
  EXPECT_EQ(beyond->error().code, decompress_errc::too_large);
}

}  // namespace
}  // namespace gateway::decode
