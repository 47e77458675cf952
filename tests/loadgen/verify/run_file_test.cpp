#include "loadgen/verify/run_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "loadgen/answers/fates.h"

namespace loadgen::verify {
namespace {

struct scratch_file {
  std::string path = ::testing::TempDir() + "headgate-run-" + std::to_string(::getpid()) + ".hgrun";
  ~scratch_file() { std::remove(path.c_str()); }
};

run_record sample() {
  run_record record;
  record.run = "0badcafe";
  record.topic = "orders";
  record.target = "http://h:1";
  record.started = "2026-01-02T03:04:05.678Z";
  record.aggregates = 1000;
  record.keyed = false;
  record.before = {{0, 5, 10}, {1, 0, 0}};
  record.streams.resize(2);
  record.streams[0].log.set_range(0, 90, answers::fate::acked);
  record.streams[0].log.set_range(90, 10, answers::fate::refused);
  record.streams[1].log.set_range(5, 33, answers::fate::unknown);
  record.streams[1].resent = {{5, 10}};
  return record;
}

TEST(RunFileTest, ReadsBackWhatWasSaved) {
  const scratch_file file;
  save(sample(), file.path);
  const run_record read = load_run_file(file.path);
  EXPECT_EQ(read.run, "0badcafe");
  EXPECT_EQ(read.topic, "orders");
  EXPECT_EQ(read.aggregates, 1000U);
  EXPECT_FALSE(read.keyed);
  ASSERT_EQ(read.before.size(), 2U);
  EXPECT_EQ(read.before[0].end, 10);
  ASSERT_EQ(read.streams.size(), 2U);
  for (std::uint32_t i = 0; i < 120; ++i) {
    EXPECT_EQ(read.streams[0].log.at(i), sample().streams[0].log.at(i));
    EXPECT_EQ(read.streams[1].log.at(i), sample().streams[1].log.at(i));
  }
  ASSERT_EQ(read.streams[1].resent.size(), 1U);
  EXPECT_EQ(read.streams[1].resent[0].count, 10U);
}

TEST(RunFileTest, CountsByFate) {
  const run_record record = sample();
  EXPECT_EQ(record.events_with(answers::fate::acked), 90U);
  EXPECT_EQ(record.events_with(answers::fate::refused), 10U);
  EXPECT_EQ(record.events_with(answers::fate::unknown), 33U);
  EXPECT_EQ(record.events_with(answers::fate::unsent), 5U);
}

TEST(RunFileTest, DamageIsNamedAndNeverBelieved) {
  const scratch_file file;
  save(sample(), file.path);
  std::ostringstream text;
  text << std::ifstream(file.path, std::ios::binary).rdbuf();
  const std::string whole = text.str();
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    std::ofstream(file.path, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    EXPECT_THROW(load_run_file(file.path), std::runtime_error) << size;
  }
  EXPECT_THROW(load_run_file("/nonexistent/file"), std::runtime_error);
}

}  // namespace
}  // namespace loadgen::verify
