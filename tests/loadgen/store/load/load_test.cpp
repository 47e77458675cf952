#include "loadgen/store/load/load.h"

#include <gtest/gtest.h>

namespace loadgen::store::load {
namespace {

using history::answer;

TEST(StoreLoadTest, TheLongestPauseIsOfOnePartition) {
  history::recorded of;
  of.clients.resize(2);
  const auto acked = [&](std::size_t client, std::int32_t partition, std::int64_t end, answer said = answer::written) {
    history::attempt& told = of.clients[client].attempts.emplace_back();
    told.partition = partition;
    told.end = end;
    told.said = said;
  };
  acked(0, 1, 100);
  acked(1, 1, 900);
  acked(0, 2, 500);
  acked(1, 1, 400, answer::unknown);
  EXPECT_EQ(longest_pause(of), std::chrono::nanoseconds(800));
  acked(0, 1, 450);
  EXPECT_EQ(longest_pause(of), std::chrono::nanoseconds(450));
}

}  // namespace
}  // namespace loadgen::store::load
