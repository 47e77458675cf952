#include "gateway/net/receive_buffer.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::net {
namespace {

constexpr std::size_t one_read = receive_buffer::one_read_bytes;

class ReceiveBufferTest : public testing::Test {
 protected:
  batching::in_flight budget_{1 << 20, 768 << 10, 512 << 10};  // small: 64 KiB in all, large: 192 KiB
  receive_buffer buffer_{budget_};
  receive_buffer other_{budget_};
};

TEST_F(ReceiveBufferTest, ChargesWhatIsKeptOfARead) {
  EXPECT_EQ(buffer_.may_hold(one_read), one_read);
  buffer_.assign(std::string(10'000, 'x'));
  EXPECT_EQ(budget_.bytes(), 10'000);
  buffer_.release();
  EXPECT_EQ(budget_.bytes(), 0);
}

TEST_F(ReceiveBufferTest, MayHoldLessWhereOthersHoldMuch) {
  EXPECT_EQ(buffer_.may_hold(one_read), one_read);
  buffer_.assign(std::string(one_read, 'x'));
  EXPECT_EQ(other_.may_hold(one_read), receive_buffer::uncharged_bytes);
  buffer_.release();
  buffer_.assign(std::string(20'000, 'x'));
  EXPECT_EQ(other_.may_hold(one_read), one_read - 20'000);
}

TEST_F(ReceiveBufferTest, WhoWaitsForRoomMakesItCrowded) {
  batching::waiting_for_room waits(budget_);
  waits.begin();
  waits.begin();
  EXPECT_TRUE(budget_.is_crowded());
  waits.end();
  EXPECT_FALSE(budget_.is_crowded());
}

TEST_F(ReceiveBufferTest, ALargeFrameFindsRoomThoughSmallOnesHoldAllOfTheirs) {
  buffer_.assign(std::string(one_read, 'x'));
  EXPECT_TRUE(other_.reserve(150'000));
  EXPECT_EQ(budget_.bytes(), 150'000 + static_cast<std::int64_t>(one_read));
}

TEST_F(ReceiveBufferTest, ASmallFrameIsCompletedAmongTheLargeOnes) {
  buffer_.assign(std::string(one_read, 'x'));
  other_.assign(std::string(receive_buffer::uncharged_bytes, 'x'));
  EXPECT_TRUE(other_.reserve(30'000));
}

TEST_F(ReceiveBufferTest, RefusesALargeFrameWhileAnotherHoldsTheRoom) {
  EXPECT_TRUE(buffer_.reserve(150'000));
  EXPECT_FALSE(other_.reserve(150'000));
  buffer_.release();
  EXPECT_TRUE(other_.reserve(150'000));
}

TEST_F(ReceiveBufferTest, GrowingToLargeGivesTheSmallShareBack) {
  buffer_.assign(std::string(one_read, 'x'));
  EXPECT_TRUE(buffer_.reserve(150'000));
  EXPECT_EQ(buffer_.view().size(), one_read);
  EXPECT_EQ(budget_.bytes(), 150'000);
  EXPECT_EQ(other_.may_hold(one_read), one_read);
}

// The caller has room for that much and no more: its buffer may be the lane's, not this one.
TEST_F(ReceiveBufferTest, MayHoldNoMoreThanWasAskedForHoweverLargeItIs) {
  buffer_.assign(std::string(receive_buffer::uncharged_bytes, 'x'));
  ASSERT_TRUE(buffer_.reserve(150'000));
  EXPECT_EQ(buffer_.may_hold(one_read), one_read);
}

}  // namespace
}  // namespace gateway::net
