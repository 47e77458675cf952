// A folder of a test's own, removed with all that is in it at its end. For the tests of this folder.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace batching::files {

struct FolderTest : ::testing::Test {
  FolderTest() { std::filesystem::create_directories(folder); }
  ~FolderTest() override { std::filesystem::remove_all(folder); }

  static void write(const std::filesystem::path& to, std::string_view text) {
    std::ofstream(to, std::ios::binary) << text;
  }

  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + "-" + std::to_string(getpid()));
};

}  // namespace batching::files
