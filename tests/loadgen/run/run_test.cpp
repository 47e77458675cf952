// Whole runs over real sockets against servers that misbehave: what the report must say of each.
#include "loadgen/run/run.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/plan/options.h"
#include "loadgen/report/json.h"
#include "loadgen/report/summary.h"
#include "tests/loadgen/support/bad_server.h"
#include "tests/loadgen/support/drive.h"

namespace loadgen_tests {
namespace {

using namespace loadgen;
using namespace std::chrono_literals;

TEST(RunTest, EveryEventArrivesAndIsAcked) {
  std::set<std::string> seen;
  bad_server server({}, [&](const std::vector<std::string>& events) { seen.insert(events.begin(), events.end()); });
  const driven run = drive(server.target());
  EXPECT_TRUE(run.result->good());
  EXPECT_EQ(run.counts().outcome(answers::event_outcome::persisted), 2000U);
  EXPECT_EQ(seen.size(), 2000U);
  EXPECT_EQ(run.counts().connects, 4U);
  const std::string head = server.heads().front();
  EXPECT_TRUE(head.starts_with("POST /v1/topics/events/events HTTP/1.1\r\nHost: 127.0.0.1:")) << head;
  EXPECT_NE(head.find("Content-Type: application/x-ndjson\r\n"), std::string::npos);
}

TEST(RunTest, SingleEventsJsonArraysAndSkewWork) {
  for (const std::uint32_t batch : {1U, 7U}) {
    bad_server server({});
    const driven run = drive(server.target(), [&](plan::run_options& o) {
      o.batch = std::to_string(batch);
      o.events = "500";
      o.skew = "zipf:1.0";
      o.size = "100-800";
      o.pipeline = "3";
    });
    EXPECT_EQ(run.counts().outcome(answers::event_outcome::persisted), 500U);
    EXPECT_EQ(run.counts().timeouts, 0U);
    EXPECT_EQ(run.counts().requests, batch == 1 ? 500U : server.requests());
    const std::string head = server.heads().front();
    EXPECT_EQ(head.find("application/json") != std::string::npos, batch == 1);
  }
}

TEST(RunTest, SaysWhenOneConnectionSendsTheLastEventsAlone) {
  bad_server server({});
  const auto remarks = [&](const char* skew) {
    const driven run = drive(server.target(), [&](plan::run_options& o) { o.skew = skew; });
    return std::ranges::count_if(run.result->remarks, [](const auto& r) { return r.find("--skew") != r.npos; });
  };
  EXPECT_EQ(remarks("zipf:1.5"), 1);
  EXPECT_EQ(remarks("uniform"), 0);
}

TEST(RunTest, AnswersInChunksOrWithCloseAreUnderstood) {
  faults how;
  how.chunked = true;
  bad_server chunked(how);
  EXPECT_EQ(drive(chunked.target()).counts().with_fate(answers::fate::acked), 2000U);
  how.close_after_answer = true;
  bad_server closing(how);
  const driven run = drive(closing.target(), [](plan::run_options& o) { o.events = "400"; });
  EXPECT_EQ(run.counts().with_fate(answers::fate::acked), 400U);
  EXPECT_EQ(run.counts().connections_broken, 0U);
  EXPECT_EQ(run.counts().connects, 40U);
}

TEST(RunTest, OpenLoopKeepsItsRateAndSaysSo) {
  bad_server server({});
  const driven run = drive(server.target(), [](plan::run_options& o) {
    o.rate = "2000";
    o.events = "";
    o.duration = "1500ms";
  });
  EXPECT_NEAR(static_cast<double>(run.counts().events_sent), 3000, 50);
  EXPECT_NE(report::describe(*run.plan, *run.result).find("open loop, rate 2000"), std::string::npos);
}

TEST(RunTest, AStallingServerShowsInTheCorrectedPercentiles) {
  faults how;
  how.stall_each = 1000ms;
  how.stall_for = 200ms;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) {
    o.rate = "5000";
    o.events = "";
    o.duration = "3s";
  });
  // A fifth of the time stalls: of the intended send times 10 % are met by a stall of more than half its length.
  EXPECT_GT(run.total().corrected.percentile(0.95), 80ms);
  // Measured from the real send only one request a connection and stall would show.
  EXPECT_LT(run.total().service.percentile(0.95), 80ms);
}

TEST(RunTest, ADelayingServerShowsInBothLatencies) {
  faults how;
  how.delay = 30ms;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) { o.events = "200"; });
  EXPECT_GE(run.total().service.percentile(0.01), 30ms);
}

TEST(RunTest, ASlowServerLeavesEventsUnsentAndTheyCount) {
  faults how;
  how.delay = 300ms;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) {
    o.rate = "1000";
    o.events = "";
    o.duration = "1s";
    o.drain = "0s";
  });
  EXPECT_GT(run.counts().events_unsent, 500U);
  EXPECT_EQ(run.counts().events_unsent + run.counts().events_sent, 1000U);
  EXPECT_GT(run.total().corrected.percentile(0.9), 300ms);
}

TEST(RunTest, BusyIsWaitedForByDefault) {
  faults how;
  how.busy_every = 3;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) { o.events = "500"; });
  EXPECT_EQ(run.counts().with_fate(answers::fate::acked), 500U);
  EXPECT_GT(run.counts().busy_answers, 10U);
  EXPECT_GT(run.counts().events_resent, 100U);
  EXPECT_EQ(run.total().statuses.at(503), run.counts().busy_answers);
}

TEST(RunTest, BusyIsCountedByChoice) {
  faults how;
  how.busy_every = 4;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) { o.on_busy = "count"; });
  EXPECT_EQ(run.counts().outcome(answers::event_outcome::busy), 500U);
  EXPECT_EQ(run.counts().events_resent, 0U);
}

TEST(RunTest, NotPersistedEventsAreSentAgain) {
  faults how;
  how.fail_every = 7;
  std::multiset<std::string> seen;
  bad_server server(how, [&](const std::vector<std::string>& events) { seen.insert(events.begin(), events.end()); });
  const driven run = drive(server.target(), [](plan::run_options& o) {
    o.aggregates = "1000";
    o.events = "1000";
  });
  EXPECT_GT(run.counts().events_resent, 50U);
  // All but those whose aggregate had already a later event in the same request.
  EXPECT_GT(run.counts().with_fate(answers::fate::acked), 980U);
  EXPECT_EQ(run.counts().with_fate(answers::fate::acked), seen.size());
  EXPECT_EQ(run.counts().settled(), 1000U);
}

TEST(RunTest, ABrokenConnectionLeavesItsEventsUnknown) {
  faults how;
  how.close_every = 20;
  bad_server server(how);
  const driven run = drive(server.target());
  EXPECT_EQ(run.counts().outcome(answers::event_outcome::unanswered), run.counts().connections_broken * 10);
  EXPECT_GT(run.counts().connections_broken, 5U);
  EXPECT_EQ(run.counts().settled(), 2000U);
}

TEST(RunTest, RetryAllSendsUnansweredEventsAgain) {
  faults how;
  how.close_every = 20;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) { o.retry = "all"; });
  EXPECT_EQ(run.counts().with_fate(answers::fate::acked), 2000U);
  EXPECT_GT(server.events(), 2000U);
}

TEST(RunTest, NonsenseAndContradictionsAreNamed) {
  faults how;
  how.garbage_every = 25;
  how.miscount_every = 10;
  bad_server server(how);
  const driven run = drive(server.target());
  EXPECT_GT(run.counts().bad_answers, 10U);
  EXPECT_GT(run.counts().outcome(answers::event_outcome::unanswered), 100U);
  const std::string text = report::describe(*run.plan, *run.result);
  EXPECT_NE(text.find("SSH-2.0"), std::string::npos) << text;
  EXPECT_NE(text.find("do not add up"), std::string::npos) << text;
}

TEST(RunTest, ASilentServerTimesOut) {
  faults how;
  how.delay = 700ms;
  bad_server server(how);
  const driven run = drive(server.target(), [](plan::run_options& o) {
    o.events = "40";
    o.timeout = "200ms";
  });
  EXPECT_EQ(run.counts().outcome(answers::event_outcome::unanswered), 40U);
  EXPECT_EQ(run.counts().timeouts, 4U);
  EXPECT_FALSE(run.result->good());
}

TEST(RunTest, NobodyListeningIsOneClearError) {
  std::string target;
  {
    const bad_server gone({});
    target = gone.target();
  }
  try {
    drive(target);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("nothing accepts connections at " + target), std::string::npos);
  }
}

TEST(RunTest, ARunFileThatCannotBeWrittenIsAProblemAndNotTheEnd) {
  bad_server server({});
  run::settings settings;
  settings.run_file = "/nonexistent/x.hgrun";
  const driven run = drive(server.target(), {}, settings);
  EXPECT_EQ(run.counts().with_fate(answers::fate::acked), 2000U);
  ASSERT_EQ(run.result->problems().size(), 1U);
  EXPECT_NE(run.result->problems()[0].find("/nonexistent/x.hgrun"), std::string::npos);
  EXPECT_EQ(run.result->run_file, "");
}

TEST(RunTest, AReplayKeepsItsTimesAndItsEvents) {
  const std::string path = ::testing::TempDir() + "replay-" + std::to_string(::getpid()) + ".ndjson";
  {
    std::ofstream file(path);
    for (int i = 0; i < 100; ++i) {
      file << R"({"aggregateId":"u)" << i % 7 << R"(","timestamp":)" << 1767225600000 + i * 100 << "}\n";
    }
  }
  std::vector<std::string> seen;
  bad_server server(
      {}, [&](const std::vector<std::string>& events) { seen.insert(seen.end(), events.begin(), events.end()); });
  const driven run = drive(server.target(), [&](plan::run_options& o) {
    o.events = "";
    o.replay_file = path;
    o.speed = "10";
  });
  std::remove(path.c_str());
  EXPECT_EQ(run.counts().with_fate(answers::fate::acked), 100U);
  ASSERT_EQ(seen.size(), 100U);
  EXPECT_TRUE(seen[0].starts_with(R"({"loadgenId":")" + run.plan->run_text));
  EXPECT_GT(run.result->course.elapsed(), 900ms);
  EXPECT_LT(run.total().corrected.percentile(0.5), 100ms);
}

TEST(RunTest, TheResultForMachinesIsValidJson) {
  bad_server server({});
  const driven run = drive(server.target());
  simdjson::dom::parser parser;
  const std::string text = report::to_json(*run.plan, *run.result);
  const simdjson::dom::element root = parser.parse(text);
  EXPECT_EQ(std::string_view(root["format"]), "headgate-loadgen-result");
  EXPECT_EQ(std::int64_t(root["version"]), 1);
  EXPECT_EQ(std::uint64_t(root["totals"]["events_acked"]), 2000U);
  EXPECT_TRUE(bool(root["verdict"]["good"]));
  EXPECT_GT(simdjson::dom::array(root["latency_curve_ms"]).size(), 10U);
  EXPECT_GE(simdjson::dom::array(root["series"]).size(), 1U);
}

}  // namespace
}  // namespace loadgen_tests
