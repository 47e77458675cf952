#include "metrics/log.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace metrics {
namespace {

constexpr std::int64_t noon = 1'700'000'000'123'456;

std::string text(std::string_view message, fields list) {
  return format_line(log_format::text, noon, log_level::warning, "topic_grew", message, list);
}
std::string json(std::string_view message, fields list) {
  return format_line(log_format::json, noon, log_level::error, "kafka_unreachable", message, list);
}

/// Collects lines; can hold the log's thread back.
class collector {
 public:
  log_options options(log_format as = log_format::text) {
    log_options o;
    o.format = as;
    o.to = [this](std::string_view line) {
      std::unique_lock lock(mutex_);
      held_.wait(lock, [this] { return !hold_; });
      lines_.emplace_back(line);
    };
    return o;
  }
  void hold(bool on) {
    const std::lock_guard lock(mutex_);
    hold_ = on;
    held_.notify_all();
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable held_;
  bool hold_ = false;
  std::vector<std::string> lines_;
};

TEST(LogLineTest, TextReadsLikeASentence) {
  EXPECT_EQ(text("it has \"more\" partitions", {{"topic", "orders"}, {"from", 6}, {"note", "a b"}, {"empty", ""}}),
            "2023-11-14T22:13:20.123456Z warning topic_grew: it has \"more\" partitions topic=orders from=6 note=\"a "
            "b\" empty=\"\"");
}

TEST(LogLineTest, JsonIsOneObject) {
  EXPECT_EQ(json("no broker", {{"brokers", 3U},
                               {"for_s", 1.5},
                               {"negative", -1},
                               {"ok", true},
                               {"why", "say \"x\""},
                               {"never", std::numeric_limits<double>::infinity()}}),
            R"({"ts":"2023-11-14T22:13:20.123456Z","level":"error","event":"kafka_unreachable","message":"no broker",)"
            R"("brokers":3,"for_s":1.5,"negative":-1,"ok":true,"why":"say \"x\"","never":null})");
}

TEST(LogLineTest, NobodyCanForgeALine) {
  const std::string forged = "x\n2023-11-14T22:13:20Z error all_lost: \x1b[31m\r\t\x7f";
  for (const std::string& line : {text(forged, {{"f", forged}}), json(forged, {{"f", forged}})})
    for (const char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << line;
}

TEST(LogLineTest, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_NE(json("\xff", {}).find("\"message\":\"\xef\xbf\xbd\""), std::string::npos);
  EXPECT_NE(json("\xe2\x82\xac \xf0\x9f\x98\x80", {}).find("\xe2\x82\xac \xf0\x9f\x98\x80"), std::string::npos);
  for (const char* bad : {"\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
    EXPECT_EQ(json(bad, {}).find(bad), std::string::npos);
}

TEST(LogLineTest, LevelsHaveNames) {
  for (const log_level l : {log_level::debug, log_level::info, log_level::warning, log_level::error})
    EXPECT_EQ(parse_log_level(to_string(l)), l);
  EXPECT_FALSE(parse_log_level("verbose"));
}

TEST(LogTest, LinesComeOutInOrderAndTheEndWritesWhatIsQueued) {
  collector c;
  {
    const log l(c.options());
    for (int i = 0; i < 100; ++i) log_event(log_level::info, "e", std::to_string(i));
  }
  ASSERT_EQ(c.lines().size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_TRUE(c.lines()[i].ends_with("info e: " + std::to_string(i)));
}

TEST(LogTest, TheLevelCanChangeWhileItRuns) {
  collector c;
  log l(c.options());
  log_event(log_level::debug, "e", "silent");
  set_log_level(log_level::debug);
  log_event(log_level::debug, "e", "heard");
  set_log_level(log_level::error);
  log_event(log_level::warning, "e", "silent");
  l.flush();
  ASSERT_EQ(c.lines().size(), 1U);
  EXPECT_TRUE(c.lines()[0].ends_with("heard"));
}

TEST(LogTest, AReaderThatStandsStillCostsTheOldestLinesAndNobodyWaits) {
  collector c;
  c.hold(true);
  const std::uint64_t before = log_lines_dropped();
  {
    auto options = c.options();
    options.queue_lines_max = 10;
    const log l(std::move(options));
    for (int i = 0; i < 1000; ++i) log_event(log_level::info, "e", std::to_string(i));
    EXPECT_GE(log_lines_dropped() - before, 980U);
    c.hold(false);
  }
  EXPECT_LE(c.lines().size(), 12U);
  EXPECT_TRUE(c.lines().back().ends_with(" 999"));
  EXPECT_EQ(log_lines_dropped() - before + c.lines().size(), 1000U);
}

TEST(LogTest, AnyThreadMayLogWhileLogsComeAndGo) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&stop] {
      while (!stop) log_event(log_level::info, "e", "m", {{"k", 1}});
    });
  for (int i = 0; i < 20; ++i) {
    collector c;
    {
      const log l(c.options());
      set_log_level(log_level::info);
      while (c.lines().empty()) std::this_thread::yield();
    }
    for (const std::string& line : c.lines()) ASSERT_THAT(line, testing::HasSubstr("k=1"));
  }
  stop = true;
  for (auto& t : threads) t.join();
}

TEST(RateLimitTest, SpeaksSoOftenInEachWindow) {
  rate_limit limit(2, 1000);
  EXPECT_EQ(limit.admit(5000), 0U);
  EXPECT_EQ(limit.admit(5001), 0U);
  EXPECT_EQ(limit.admit(5002), std::nullopt);
  EXPECT_EQ(limit.admit(5999), std::nullopt);
  EXPECT_EQ(limit.admit(6000), 2U);  // and says how many were silent
  EXPECT_EQ(limit.admit(6001), 0U);
  EXPECT_EQ(limit.admit(6002), std::nullopt);
  EXPECT_EQ(limit.admit(999'000), 1U);
}

TEST(RateLimitTest, SpeaksAtTimeZeroToo) {
  rate_limit limit(1, 1000);
  EXPECT_EQ(limit.admit(0), 0U);
  EXPECT_EQ(limit.admit(1), std::nullopt);
}

TEST(RateLimitTest, ManyThreadsTogetherSpeakNoMoreOften) {
  rate_limit limit(10, 1000);
  std::atomic<int> spoke{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) spoke += limit.admit(1).has_value();
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(spoke, 10);
  EXPECT_EQ(limit.admit(1000), 4U * 10'000 - 10);
}

TEST(RateLimitTest, TheNextLineTellsWhatWasNotWritten) {
  collector c;
  rate_limit limit(1, 10);
  {
    const log l(c.options());
    // A line each 100 ms; however busy the machine, some calls fall between two of them.
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    for (int calls = 0; calls < 1000 || std::chrono::steady_clock::now() < until; ++calls)
      rate_limited(limit, log_level::info, "e", "again");
  }
  EXPECT_THAT(c.lines(), testing::Contains(testing::HasSubstr(" like this were not logged)")));
}

}  // namespace
}  // namespace metrics
