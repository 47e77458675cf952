#include "store/index.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace store {
namespace {

namespace files = std::filesystem;

struct IndexTest : ::testing::Test {
  IndexTest() { how.directory = directory; }
  ~IndexTest() override { files::remove_all(directory); }

  static aggregate_head head_at(std::uint64_t version) {
    aggregate_head h;
    while (h.version < version) h.add("id-" + std::to_string(h.version + 1));
    return h;
  }

  static void put(partition_index& to, std::string_view aggregate, std::uint64_t first, std::uint64_t last,
                  std::int64_t offset) {
    std::vector<std::string> texts;
    for (std::uint64_t v = first; v <= last; ++v) texts.push_back("id-" + std::to_string(v));
    const aggregate_head head = head_at(last);
    std::vector<indexed_event> events;
    for (std::uint64_t v = first; v <= last; ++v)
      events.push_back({aggregate, {v, offset++, 5, texts[v - first], texts[v - first]}, v == last ? &head : nullptr});
    ASSERT_TRUE(to.write(events, {offset, "n"}));
  }

  static std::string versions_of(const partition_index& of, std::string_view aggregate, std::uint64_t first,
                                 direction towards, std::size_t limit = 100) {
    std::string all;
    EXPECT_TRUE(of.read(aggregate, first, towards, [&](const stored_event& e) {
      EXPECT_EQ(e.id, "id-" + std::to_string(e.version));
      all += std::to_string(e.version) + " ";
      return --limit > 0;
    }));
    return all;
  }

  std::string directory = files::temp_directory_path() / ("headgate-index-" + std::to_string(getpid()));
  index_settings how;
};

TEST_F(IndexTest, ADamagedOneIsMadeAnewWhileItsPartitionsAreUsed) {
  {
    index first;
    ASSERT_TRUE(first.open(how));
    const auto p = first.of("carts", 0);
    put(*p, "a", 1, 3000, 0);  // more than one block: what is asked at the start stays in memory
  }
  index all;
  ASSERT_TRUE(all.open(how));
  const auto p = all.of("carts", 0);
  EXPECT_EQ(p->applied_offset(), 3000);
  for (const auto& file : files::directory_iterator(directory))
    if (file.path().extension() == ".sst") {
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      bytes.write(std::string(file.file_size() / 2, '\0').data(), static_cast<std::streamsize>(file.file_size() / 2));
    }
  EXPECT_FALSE(p->read("a", 1, direction::forward, [](const stored_event&) { return true; })) << "it is damaged";
  ASSERT_TRUE(all.begin_anew());
  EXPECT_EQ(p->applied_offset(), 0);
  EXPECT_EQ(p->head_of("a")->version, 0U);
  put(*p, "a", 1, 2, 0);
  EXPECT_EQ(versions_of(*p, "a", 1, direction::forward), "1 2 ");
  const auto later = all.of("carts", 1);
  put(*later, "b", 1, 1, 0);
  EXPECT_EQ(versions_of(*later, "b", 1, direction::forward), "1 ");
}

TEST_F(IndexTest, AFolderThatIsGoneIsMadeAnewToo) {
  index all;
  ASSERT_TRUE(all.open(how));
  const auto p = all.of("carts", 0);
  put(*p, "a", 1, 5, 0);
  files::remove_all(directory);
  ASSERT_TRUE(all.begin_anew());
  put(*p, "a", 1, 1, 0);
  EXPECT_EQ(versions_of(*p, "a", 1, direction::forward), "1 ");
}

TEST_F(IndexTest, ReadsForwardAndBackwardWithinOneAggregate) {
  index all;
  ASSERT_TRUE(all.open(how));
  const auto p = all.of("carts", 0);
  put(*p, "a", 1, 5, 0);
  put(*p, "ab", 1, 3, 5);
  put(*p, "b", 1, 2, 8);
  EXPECT_EQ(versions_of(*p, "a", 1, direction::forward), "1 2 3 4 5 ");
  EXPECT_EQ(versions_of(*p, "a", 4, direction::forward), "4 5 ");
  EXPECT_EQ(versions_of(*p, "a", 4, direction::backward), "4 3 2 1 ");
  EXPECT_EQ(versions_of(*p, "a", 99, direction::backward), "5 4 3 2 1 ");
  EXPECT_EQ(versions_of(*p, "a", 99, direction::forward), "");
  EXPECT_EQ(versions_of(*p, "ab", 1, direction::forward, 2), "1 2 ");
  EXPECT_EQ(versions_of(*p, "c", 1, direction::forward), "");
  EXPECT_EQ(p->head_of("a")->version, 5U);
  EXPECT_EQ(p->head_of("c")->version, 0U);
}

TEST_F(IndexTest, PartitionsAndTopicsAreApart) {
  index all;
  ASSERT_TRUE(all.open(how));
  put(*all.of("carts", 0), "a", 1, 2, 0);
  EXPECT_EQ(all.of("carts", 1)->head_of("a")->version, 0U);
  EXPECT_EQ(all.of("cart", 0)->head_of("a")->version, 0U);
  EXPECT_EQ(all.of("carts", 1)->applied_offset(), 0);
  EXPECT_EQ(all.of("carts", 0)->applied().next_offset, 2);
  EXPECT_EQ(all.of("carts", 0)->applied().note, "n");
}

TEST_F(IndexTest, IsThereAgainAfterACleanEnd) {
  {
    index all;
    ASSERT_TRUE(all.open(how));
    put(*all.of("carts", 0), "a", 1, 3, 10);
  }
  index all;
  ASSERT_TRUE(all.open(how));
  EXPECT_EQ(all.was_thrown_away(), "");
  const auto p = all.of("carts", 0);
  EXPECT_EQ(p->applied_offset(), 13);
  EXPECT_EQ(versions_of(*p, "a", 1, direction::forward), "1 2 3 ");
  EXPECT_EQ(p->head_of("a")->hash_of(3), id_hash("id-3"));
}

TEST_F(IndexTest, ClearThrowsOnePartitionAway) {
  index all;
  ASSERT_TRUE(all.open(how));
  const auto p = all.of("carts", 255);
  const auto other = all.of("carts", 256);
  put(*p, "a", 1, 3, 10);
  put(*other, "a", 1, 2, 0);
  ASSERT_TRUE(p->clear());
  EXPECT_EQ(p->head_of("a")->version, 0U);
  EXPECT_EQ(versions_of(*p, "a", 1, direction::forward), "");
  EXPECT_EQ(p->applied_offset(), 0);
  EXPECT_EQ(p->applied().note, "");
  EXPECT_EQ(versions_of(*other, "a", 1, direction::forward), "1 2 ");
}

TEST_F(IndexTest, ADamagedIndexIsThrownAway) {
  {
    index all;
    ASSERT_TRUE(all.open(how));
    put(*all.of("carts", 0), "a", 1, 3, 10);
  }
  for (const auto& file : files::directory_iterator(directory))
    if (file.path().filename().string().starts_with("MANIFEST")) std::ofstream(file.path()) << "no manifest";
  index all;
  ASSERT_TRUE(all.open(how));
  EXPECT_NE(all.was_thrown_away(), "");
  EXPECT_EQ(all.of("carts", 0)->applied_offset(), 0);
  put(*all.of("carts", 0), "a", 1, 1, 0);
  EXPECT_EQ(all.of("carts", 0)->head_of("a")->version, 1U);
}

TEST_F(IndexTest, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  std::ofstream(directory) << "a file";
  index all;
  const auto opened = all.open(how);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().find(directory), std::string::npos) << opened.error();
}

TEST_F(IndexTest, SecondProcessIsRefusedAndThrowsNothingAway) {
  index first;
  ASSERT_TRUE(first.open(how));
  put(*first.of("carts", 0), "a", 1, 3, 10);
  index second;
  EXPECT_FALSE(second.open(how));
  EXPECT_EQ(first.of("carts", 0)->head_of("a")->version, 3U);
}

TEST_F(IndexTest, SaysHowLargeItIs) {
  index all;
  ASSERT_TRUE(all.open(how));
  put(*all.of("carts", 0), "a", 1, 1000, 0);
  EXPECT_GT(all.size().memory_bytes, 1000U);
}

}  // namespace
}  // namespace store
