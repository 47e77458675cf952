// The program itself, started in an empty folder: its exit codes, and that it leaves nothing there.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/loadgen/support/bad_server.h"

namespace loadgen_tests {
namespace {

class MainTest : public ::testing::Test {
 protected:
  MainTest() {
    std::filesystem::create_directories(start_);
    std::filesystem::create_directories(temporary_);
  }
  ~MainTest() override { std::filesystem::remove_all(root_); }

  /// Runs the program from the empty folder; returns its exit code.
  int run(const std::string& options) {
    const std::string command = "cd '" + start_.string() + "' && TMPDIR='" + temporary_.string() + "' '" +
                                LOADGEN_PROGRAM + "' " + options + " >'" + said_.string() + "' 2>&1";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string said() const {
    std::ostringstream text;
    text << std::ifstream(said_).rdbuf();
    return text.str();
  }

  static std::vector<std::string> files_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
  }

  const std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("loadgen-main-" + std::to_string(::getpid()));
  const std::filesystem::path start_ = root_ / "start";
  const std::filesystem::path temporary_ = root_ / "tmp";
  const std::filesystem::path said_ = root_ / "said";
};

TEST_F(MainTest, ARunLeavesItsFileInTheTemporaryFolderAndNowhereElse) {
  bad_server server({});
  EXPECT_EQ(run("run --topic events --events 100 --quiet --target " + server.target()), 0) << said();
  EXPECT_EQ(files_in(start_), std::vector<std::string>());
  const auto left = files_in(temporary_);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_TRUE(left[0].starts_with("headgate-run-") && left[0].ends_with(".hgrun")) << left[0];
  EXPECT_NE(said().find((temporary_ / left[0]).string()), std::string::npos) << said();
}

TEST_F(MainTest, VerifyFindsTheFileByTheRunsId) {
  bad_server server({});
  ASSERT_EQ(run("run --topic events --events 100 --quiet --target " + server.target()), 0) << said();
  const std::string id = files_in(temporary_).at(0).substr(std::string("headgate-run-").size(), 8);
  // Nothing listens on port 1: the file was found once it is Kafka that is missing.
  EXPECT_EQ(run("verify --kafka 127.0.0.1:1 --kafka-wait 1s --quiet --run " + id), 1);
  EXPECT_NE(said().find("Kafka at 127.0.0.1:1 does not answer"), std::string::npos) << said();
  EXPECT_NE(said().find("Connection refused"), std::string::npos) << said();
}

TEST_F(MainTest, ARunFileThatIsAskedForIsWrittenThere) {
  bad_server server({});
  EXPECT_EQ(run("run --topic events --events 100 --quiet --run-file kept.hgrun --target " + server.target()), 0);
  EXPECT_EQ(files_in(start_), std::vector<std::string>{"kept.hgrun"});
  EXPECT_EQ(files_in(temporary_), std::vector<std::string>());
}

TEST_F(MainTest, ExitCodesTellWhatIsWrong) {
  EXPECT_EQ(run("run --topic events --events 100 --quiet --target http://127.0.0.1:1"), 1);
  EXPECT_NE(said().find("nothing accepts connections"), std::string::npos) << said();
  EXPECT_EQ(run("run --topic events --batch none"), 2);
  EXPECT_NE(said().find("headgate-loadgen: --batch: cannot use 'none'"), std::string::npos) << said();
  EXPECT_EQ(run("--help"), 0);
  EXPECT_EQ(files_in(start_), std::vector<std::string>());
}

}  // namespace
}  // namespace loadgen_tests
