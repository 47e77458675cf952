// Every option of every command, given what it cannot use: the program names the option, the text and what is allowed.
#include "loadgen/cli/jobs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "loadgen/units/option.h"

namespace loadgen::cli {
namespace {

struct refused {
  std::string text;     // what is written
  std::string allowed;  // a part of what the program says is allowed
};

/// The values that each option cannot use. An option without a row here fails the test.
const std::map<std::string, std::vector<refused>> rows{
    {"--aggregates", {{"0", "whole number from 1 to 268,435,456"}, {"1.5", "whole number"}, {"many", "whole number"}}},
    {"--batch", {{"0", "whole number from 1 to 100,000"}, {"x", "whole number"}, {"-1", "whole number"}}},
    {"--burst", {{"0", "whole number from 1"}, {"-1", "whole number from 1"}}},
    {"--connections", {{"0", "whole number from 1 to 65,536"}, {"70000", "whole number"}}},
    {"--drain", {{"5", "a time from 0s"}, {"-1s", "a time from 0s"}}},
    {"--duration", {{"0s", "a time from 1ms to 8760h"}, {"ten", "a time"}, {"1e300h", "a time"}}},
    {"--encoding", {{"brotli", "identity, gzip, zstd or lz4"}}},
    {"--events", {{"0", "whole number from 1"}, {"1.5", "whole number"}, {"1e300", "whole number"}}},
    {"--expect-all", {{"maybe", "without a value"}}},
    {"--format", {{"xml", "ndjson or json"}}},
    {"--from-beginning", {{"maybe", "without a value"}}},
    {"--html", {{"/nonexistent/report.html", "a file that can be written"}}},
    {"--json", {{"/nonexistent/result.json", "a file that can be written"}, {"/", "a file that can be written"}}},
    {"--kafka", {{"host:port", "HOST:PORT"}, {"a:9092,,b:9092", "HOST:PORT"}}},
    {"--kafka-property", {{"linger.ms", "name=value"}, {"no.such=1", "librdkafka"}, {"linger.ms=soon", "librdkafka"}}},
    {"--kafka-wait", {{"30", "a time from 0s"}, {"soon", "a time"}}},
    {"--on-busy", {{"cry", "wait or count"}}},
    {"--pipeline", {{"0", "whole number from 1 to 1,024"}, {"deep", "whole number"}}},
    {"--protocol", {{"udp", "http, tcp, lines or kafka"}}},
    {"--query", {{"a b", "name=value&name=value"}, {std::string(501, 'q'), "500 characters at most"}}},
    {"--quiet", {{"maybe", "without a value"}}},
    {"--rate", {{"0", "above 0"}, {"fast", "50000"}, {"1000:5x", "1000:5s"}, {"1..2", "1000..50000:30s"}}},
    {"--rate-max", {{"0", "whole number from 1"}, {"fast", "whole number"}}},
    {"--repeats", {{"0", "whole number from 1 to 60"}, {"x", "whole number"}}},
    {"--replay", {{"/nonexistent/events", "a file that can be read"}}},
    {"--retry", {{"often", "none, safe or all"}}},
    {"--run",
     {{"5f0c", "eight hexadecimal digits"}, {"5f0c2axx", "eight hexadecimal digits"}, {"00000000", "--run-file"}}},
    {"--run-file", {{"/nonexistent/x.hgrun", "file"}}},
    {"--seed", {{"-1", "whole number from 0"}, {"x", "whole number"}}},
    {"--server-pid", {{"0", "whole number from 1"}, {"x", "whole number"}, {"4194303", "a process that runs"}}},
    {"--settle", {{"2", "a time from 0s"}, {"-2s", "a time"}}},
    {"--size", {{"0", "bytes from 1"}, {"89", "at least 90 bytes"}, {"200-100", "100-1024"}, {"256:0", "256:90"}}},
    {"--skew", {{"pareto", "uniform, or zipf:1.0"}, {"zipf:0", "above 0"}, {"zipf:99", "10 at most"}}},
    {"--slo", {{"p99", "p99=50ms"}, {"p100=1ms", "p50, p99"}, {"errors=2", "a share"}, {"speed=3", "p99.9"}}},
    {"--speed", {{"-1", "how many times faster"}, {"fast", "how many times faster"}}},
    {"--step", {{"1ms", "a time from 100ms to 24h"}, {"x", "a time"}}},
    {"--target",
     {{"ftp://h:1", "http://HOST:PORT"}, {"tcp://h", "tcp://HOST:PORT"}, {"http://h:0", "from 1 to 65535"}}},
    {"--template", {{"/nonexistent/events", "a file that can be read"}}},
    {"--threads", {{"0", "whole number from 1 to 256"}, {"x", "whole number"}}},
    {"--timeout", {{"0s", "a time from 1ms"}, {"40", "a time"}}},
    {"--topic", {{"a b", "letters, digits"}, {"..", "letters, digits"}, {std::string(250, 't'), "1 to 249"}}},
    {"--verify", {{"host:port", "HOST:PORT"}, {":9092", "HOST:PORT"}}},
};

struct outcome {
  int exit_code = 0;
  std::string said;
};

/// Reads the command line and all it holds, and does nothing of it.
outcome read(const std::vector<std::string>& options) {
  std::vector<const char*> words{"headgate-loadgen"};
  for (const std::string& option : options) words.push_back(option.c_str());
  std::ostringstream out;
  std::ostringstream err;
  try {
    const command_line line = read_command_line(static_cast<int>(words.size()), words.data(), out, err);
    if (line.what == command::run) make_run_job(line);
    if (line.what == command::capacity) make_capacity_job(line);
    if (line.what == command::verify) make_verify_job(line);
    return {line.exit_code, out.str() + err.str()};
  } catch (const units::usage_error& error) {
    return {2, error.what()};
  }
}

/// The options that a command's own help names.
std::set<std::string> options_of(const std::string& command) {
  const std::string help = read({command, "--help"}).said;
  std::set<std::string> found;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == 0 || begin == std::string::npos || line.compare(begin, 2, "--") != 0) continue;
    found.insert(line.substr(begin, line.find_first_not_of("-abcdefghijklmnopqrstuvwxyz", begin) - begin));
  }
  found.erase("--help");
  return found;
}

/// A command with what it requires, but for the option that is tried.
std::vector<std::string> command_line_of(const std::string& command, const std::string& besides) {
  const std::string option = command == "verify" ? "--kafka" : "--topic";
  std::vector<std::string> words{command};
  if (option != besides) words.push_back(option + (command == "verify" ? "=127.0.0.1:9092" : "=events"));
  return words;
}

class JobsTest : public ::testing::TestWithParam<const char*> {};

TEST_P(JobsTest, NamesTheOptionItCannotUseAndWhatIsAllowed) {
  const std::set<std::string> options = options_of(GetParam());
  ASSERT_GT(options.size(), 8U);
  for (const std::string& option : options) {
    const auto row = rows.find(option);
    ASSERT_NE(row, rows.end()) << option << " has no row in this test";
    for (const refused& each : row->second) {
      const std::string written = option + "=" + each.text;
      std::vector<std::string> words = command_line_of(GetParam(), option);
      words.push_back(written);
      const outcome said = read(words);
      EXPECT_EQ(said.exit_code, 2) << written;
      EXPECT_TRUE(said.said.starts_with(option + ": cannot use '" + each.text + "': ")) << written << ": " << said.said;
      EXPECT_NE(said.said.find(each.allowed), std::string::npos) << written << ": " << said.said;
    }
  }
}

TEST_P(JobsTest, NamesTheOptionThatLacksItsValueAndTheWordThatIsNone) {
  EXPECT_NE(read({GetParam(), "--kafka-wait"}).said.find("--kafka-wait"), std::string::npos);
  std::vector<std::string> words = command_line_of(GetParam(), "");
  words.push_back("--kafkawait");
  const outcome said = read(words);
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_NE(said.said.find("--kafkawait"), std::string::npos) << said.said;
}

INSTANTIATE_TEST_SUITE_P(Commands, JobsTest, ::testing::Values("run", "capacity", "verify"));

TEST(RunJobTest, LeavesNothingWhereItWasStartedUnlessAskedTo) {
  const auto job = [](const std::string& run_file) {
    command_line line;
    line.run.topic = "events";
    line.run_file = run_file;
    return make_run_job(line);
  };
  const run_job usual = job("");
  EXPECT_EQ(usual.settings.run_file,
            std::filesystem::temp_directory_path() / ("headgate-run-" + usual.plan.run_text + ".hgrun"));
  EXPECT_EQ(usual.results.json + usual.results.html, "");
  EXPECT_EQ(job("here.hgrun").settings.run_file, "here.hgrun");
  EXPECT_EQ(job("-").settings.run_file, "");
}

TEST(CommandLineTest, HelpIsAskedForAndNothingIsDone) {
  for (const char* word : {"--help", "--version"}) {
    const outcome said = read({word});
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_NE(said.said, "");
  }
  EXPECT_EQ(read({}).exit_code, 2);
}

}  // namespace
}  // namespace loadgen::cli
