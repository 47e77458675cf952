#include "batching/stream/byte_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <utility>

#include "batching/stream/tls_context.h"

namespace batching::stream {
namespace {

using state = io_result::state;

struct pair_of_streams {
  pair_of_streams() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = byte_stream(ends[0]);
    other = byte_stream(ends[1]);
  }
  byte_stream ours;
  byte_stream other;
};

TEST(ByteStreamTest, GivesWhatTheOtherSideWrote) {
  pair_of_streams s;
  EXPECT_EQ(s.other.write_some("hello").bytes, 5U);
  std::array<char, 16> to{};
  const io_result r = s.ours.read_some(to.data(), to.size());
  ASSERT_EQ(r.is, state::done);
  EXPECT_EQ(std::string_view(to.data(), r.bytes), "hello");
  EXPECT_FALSE(s.ours.want_read());
}

TEST(ByteStreamTest, WantsToReadWhenNothingHasComeYet) {
  pair_of_streams s;
  std::array<char, 16> to{};
  EXPECT_EQ(s.ours.read_some(to.data(), to.size()).is, state::would_block);
  EXPECT_TRUE(s.ours.want_read());
  EXPECT_FALSE(s.ours.want_write());
}

TEST(ByteStreamTest, WantsToWriteWhenTheOtherSideIsFullAndNoMoreOnceThereIsRoom) {
  pair_of_streams s;
  const std::string much(1 << 20, 'x');
  io_result r = s.ours.write_some(much);
  EXPECT_LT(r.bytes, much.size());
  while (r.is == state::done) r = s.ours.write_some(much);
  EXPECT_EQ(r.is, state::would_block);
  EXPECT_TRUE(s.ours.want_write());
  std::string to(1 << 20, ' ');
  while (s.other.read_some(to.data(), to.size()).is == state::done) continue;
  EXPECT_EQ(s.ours.write_some("more").is, state::done);
  EXPECT_FALSE(s.ours.want_write());
}

TEST(ByteStreamTest, TellsTheEndAndALostConnectionApart) {
  pair_of_streams s;
  std::array<char, 16> to{};
  EXPECT_TRUE(s.other.end_sending());
  EXPECT_EQ(s.ours.read_some(to.data(), to.size()).is, state::ended);
  s.other.close();
  EXPECT_EQ(s.ours.write_some("no one is there").is, state::failed);
}

TEST(ByteStreamTest, WritingTlsToAPeerThatHasGoneIsAFailureAndKillsNobody) {
  std::signal(SIGPIPE, SIG_DFL);  // as in a program that does nothing about it
  const auto context = tls_context::make({});
  ASSERT_TRUE(context.has_value());
  pair_of_streams s;
  s.ours.secure(*context, "localhost");
  s.other.close();
  EXPECT_EQ(s.ours.handshake().is, state::failed);
}

TEST(ByteStreamTest, ClosesItsDescriptorOnceWhoeverItIsMovedTo) {
  pair_of_streams s;
  const int descriptor = s.ours.descriptor();
  {
    byte_stream moved = std::move(s.ours);
    EXPECT_FALSE(s.ours.is_open());
    EXPECT_EQ(moved.descriptor(), descriptor);
    EXPECT_NE(::fcntl(descriptor, F_GETFD), -1);
  }
  EXPECT_EQ(::fcntl(descriptor, F_GETFD), -1);
}

}  // namespace
}  // namespace batching::stream
