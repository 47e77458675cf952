#include "loadgen/lines/protocol.h"

#include <gtest/gtest.h>

namespace loadgen::lines {
namespace {

TEST(LinesProtocolTest, SendsTheEventsAsTheyLieAndAwaitsNoAnswer) {
  wire::request what;
  what.buffer.resize(wire::request::head_room + 10);
  std::string("{}\n{}\n").copy(what.body(), 6);
  what.body_size = 6;
  protocol p;
  p.encode(what);
  EXPECT_EQ(what.wire, "{}\n{}\n");
  EXPECT_TRUE(p.silent());
  EXPECT_FALSE(p.all_or_nothing()) << "a server takes the lines that reach it before a connection breaks";
}

}  // namespace
}  // namespace loadgen::lines
