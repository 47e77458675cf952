#include "batching/partitioner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace batching {
namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  if (hex == "-") return bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

TEST(PartitionerTest, AgreesWithTheJavaClientOnEveryGoldenVector) {
  std::ifstream vectors(MURMUR2_VECTORS);
  std::string line;
  int compared = 0;
  while (std::getline(vectors, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream parts(line);
    std::string hex, hash;
    std::int32_t partition = -1;
    parts >> hex >> partition >> hash;
    const std::string key = from_hex(hex);
    EXPECT_EQ(murmur2(key), std::stoul(hash, nullptr, 16)) << hex;
    EXPECT_EQ(partition_of(key, 12), partition) << hex;
    ++compared;
  }
  EXPECT_GE(compared, 1000);
}

TEST(PartitionerTest, StaysWithinOnePartition) {
  EXPECT_EQ(partition_of("order-1", 1), 0);
  EXPECT_EQ(partition_of("", 1), 0);
}

}  // namespace
}  // namespace batching
