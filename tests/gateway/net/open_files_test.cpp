#include "gateway/net/open_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace gateway::net::test {
namespace {

rlimit limit_now() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return files;
}

TEST(OpenFilesTest, TheSoftLimitIsRaisedToTheHardOne) {
  const rlimit before = limit_now();
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_open_file_limit(), before.rlim_max);
  EXPECT_EQ(limit_now().rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(OpenFilesTest, ExactlyEnoughIsEnough) {
  EXPECT_EQ(open_files_shortage(1000 + open_files_reserve, 1000), "");
  EXPECT_NE(open_files_shortage(1000 + open_files_reserve - 1, 1000), "");
}

TEST(OpenFilesTest, AShortageNamesBothNumbers) {
  const std::string text = open_files_shortage(1024, 16'384);
  EXPECT_NE(text.find("1024 files"), std::string::npos) << text;
  EXPECT_NE(text.find("connections_max of 16384"), std::string::npos) << text;
}

}  // namespace
}  // namespace gateway::net::test
