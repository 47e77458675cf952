#include "readmodel/app/latest.h"

#include <gtest/gtest.h>

#include "readmodel/fold/folder.h"

namespace {

using namespace readmodel::fold;

TEST(LatestTest, CountsAndKeepsTheLastEventAsItWasSent) {
  const auto how = readmodel::app::make_latest();
  aggregate_cache cache(10);
  const std::string first = R"({"eventType":"A","n":1})", second = "{\"eventType\":\"B\",\n\"n\":2}";
  record a, b;
  a.key = b.key = "k";
  a.value = first;
  b.value = second;
  a.has_key = b.has_key = a.has_value = b.has_value = true;
  b.offset = 1;
  const std::vector<record> batch{a, b};
  static_cast<void>(folder(*how).fold(batch, cache));
  const auto back = how->load(how->save(*cache.find("k")->state));
  ASSERT_NE(back, nullptr);
  const auto rows = how->rows(*back, "k");
  EXPECT_EQ(hash_of(rows.at(0)), hash_of(row{0, {"k"}, {std::int64_t{2}, "B", second}, false}));
}

TEST(LatestTest, OtherBytesAreNoState) {
  const auto how = readmodel::app::make_latest();
  for (const char* bad : {"", "1", "1\nA", "x\nA\n{}"}) EXPECT_EQ(how->load(bad), nullptr) << bad;
}

}  // namespace
