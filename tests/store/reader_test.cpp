#include "store/reader.h"

#include <gtest/gtest.h>

#include "tests/store/fake_index.h"

namespace store {
namespace {

using testing::fake_index;

struct ReaderTest : ::testing::Test {
  ReaderTest() {
    for (int i = 1; i <= 9; ++i) index.put("a", {"id-" + std::to_string(i)});
  }

  std::string all(const read_range& range, std::uint64_t version = 9, std::size_t bytes_max = 1) {
    reader r(index, "a", version, range);
    std::string seen;
    pieces = 0;
    while (!r.is_done()) {
      const auto done = r.read(bytes_max, [&](const stored_event& e) { seen += std::to_string(e.version); });
      if (!done) return done.error();
      ++pieces;
    }
    return seen;
  }

  fake_index index;
  int pieces = 0;
};

TEST_F(ReaderTest, ReadsForwardPieceByPiece) {
  EXPECT_EQ(all({}), "123456789");
  EXPECT_EQ(pieces, 9);
  EXPECT_EQ(all({}, 9, 1 << 20), "123456789");
  EXPECT_EQ(pieces, 1);
  EXPECT_EQ(all({.from = 4, .limit = 3}), "456");
  EXPECT_EQ(all({.from = 9, .limit = 3}), "9");
  EXPECT_EQ(all({.from = 10}), "");
}

TEST_F(ReaderTest, ReadsBackwardFromTheLastUnlessSaid) {
  EXPECT_EQ(all({.towards = direction::backward}), "987654321");
  EXPECT_EQ(all({.limit = 2, .towards = direction::backward}), "98");
  EXPECT_EQ(all({.from = 3, .towards = direction::backward}), "321");
  EXPECT_EQ(all({.from = 99, .limit = 1, .towards = direction::backward}), "9");
}

TEST_F(ReaderTest, SeesNothingBeyondTheVersionItBeganWith) {
  EXPECT_EQ(all({}, 4), "1234");
  EXPECT_EQ(all({.towards = direction::backward}, 4), "4321");
  EXPECT_EQ(all({}, 0), "");
  EXPECT_EQ(all({.towards = direction::backward}, 0), "");
}

TEST_F(ReaderTest, AnEventThatIsMissingIsAnErrorNotAnEnd) {
  index.events["a"].resize(5);
  EXPECT_EQ(all({}), "the index lacks an event that was there");
  index.broken = "disk on fire";
  EXPECT_EQ(all({}), "disk on fire");
}

}  // namespace
}  // namespace store
