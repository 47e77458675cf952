#include "readmodel/project/projector.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "../../kafka/real_kafka.h"
#include "read_model.h"

namespace {

using namespace read_model_tests;
using namespace std::chrono_literals;

// A random moment of this run; printed so that a failure can be told about.
std::chrono::milliseconds a_moment(int from_ms, int to_ms) {
  static std::mt19937 random{std::random_device{}()};
  const std::chrono::milliseconds moment(std::uniform_int_distribution(from_ms, to_ms)(random));
  std::printf("after %lld ms\n", static_cast<long long>(moment.count()));
  return moment;
}

TEST(ProjectorTest, TheViewIsRightThoughItsProjectorIsKilledAgainAndAgain) {
  read_model model;
  for (int round = 0; round < 5; ++round) {
    child projector = model.start({"--batch-events-max", "100"});
    model.produce_many(3'000, 60);
    std::this_thread::sleep_for(a_moment(100, 1'800));
    projector.end(SIGKILL);
  }
  child projector = model.start();
  EXPECT_TRUE(model.becomes_right(60));
  EXPECT_EQ(projector.end(SIGTERM), 0);
  EXPECT_EQ(model.run_command("verify"), 0);
}

TEST(ProjectorTest, TwoProjectorsShareThePartitionsAndOneTakesOver) {
  read_model model;
  child first = model.start({"--batch-events-max", "100"});
  model.produce_many(2'000, 40);
  child second = model.start({"--batch-events-max", "100"});
  model.produce_many(2'000, 40);
  std::this_thread::sleep_for(a_moment(1'500, 3'500));
  first.end(SIGKILL);
  model.produce_many(1'000, 40);
  EXPECT_TRUE(model.becomes_right(60));
  child third = model.start();
  std::this_thread::sleep_for(1s);
  EXPECT_EQ(second.end(SIGTERM), 0);
  model.produce_many(1'000, 40);
  EXPECT_TRUE(model.becomes_right(60));
  EXPECT_EQ(third.end(SIGTERM), 0);
  EXPECT_EQ(model.run_command("verify"), 0);
}

int cassandra_does(const std::string& what) {
  const char* name = std::getenv("HEADGATE_TEST_CASSANDRA_NAME");
  const std::string command = std::string(HEADGATE_SOURCE_DIR) + "/scripts/cassandra " + what + " --name " +
                              (name != nullptr ? name : "test") + " >/dev/null 2>&1";
  return std::system(command.c_str());
}

TEST(ProjectorTest, TheViewIsRightThoughCassandraIsKilledUnderIt) {
  read_model model;
  child projector = model.start({"--batch-events-max", "100"});
  model.produce_many(2'000, 40);
  ASSERT_TRUE(model.becomes_right(60));
  model.produce_many(6'000, 40);
  std::this_thread::sleep_for(a_moment(10, 400));
  ASSERT_EQ(cassandra_does("kill"), 0);
  model.produce_many(1'000, 40);
  ASSERT_EQ(cassandra_does("restart"), 0);
  EXPECT_TRUE(model.becomes_right(90));
  EXPECT_EQ(projector.end(SIGTERM), 0);
  EXPECT_EQ(model.run_command("verify"), 0);
}

TEST(ProjectorTest, AFrozenCassandraLosesNothing) {
  read_model model;
  child projector = model.start({"--batch-events-max", "100", "--patience-seconds", "2"});
  model.produce_many(500, 20);
  ASSERT_TRUE(model.becomes_right(60));
  ASSERT_EQ(cassandra_does("pause"), 0);
  model.produce_many(2'000, 20);
  std::this_thread::sleep_for(5s);  // longer than its patience: it leaves the group
  ASSERT_EQ(cassandra_does("resume"), 0);
  EXPECT_TRUE(model.becomes_right(60));
  EXPECT_EQ(projector.end(SIGTERM), 0);
}

const kafka_tests::read_record* find_letter(const std::vector<kafka_tests::read_record>& all,
                                            const std::string& value) {
  for (const auto& r : all)
    if (r.value == value) return &r;
  return nullptr;
}

std::string header(const kafka_tests::read_record& of, const std::string& name) {
  for (const auto& [key, value] : of.headers)
    if (key == name) return value;
  return "(none)";
}

TEST(ProjectorTest, PoisonGoesToTheDeadLettersAndFencesItsAggregateOnly) {
  read_model model(1);
  model.produce("good", R"({"eventType":"A","n":1})");
  model.produce("bad", R"({"eventType":"A","n":1})");
  model.produce("bad", "{broken");
  model.produce("bad", R"({"eventType":"A","n":3})");
  model.produce("good", R"({"eventType":"A","n":2})");
  model.flush();
  child projector = model.start();
  const shown_rows right{{"good", {2, R"({"eventType":"A","n":2})"}}, {"bad", {1, R"({"eventType":"A","n":1})"}}};
  for (int i = 0; i < 100 && model.shown() != right; ++i) std::this_thread::sleep_for(200ms);
  EXPECT_EQ(model.shown(), right);
  EXPECT_EQ(projector.end(SIGTERM), 0);
  const auto letters = kafka_tests::read_all(model.dead_letters);
  const auto* letter = find_letter(letters, "{broken");
  ASSERT_NE(letter, nullptr);
  EXPECT_EQ(letter->key, "bad");
  EXPECT_NE(header(*letter, "dead-letter-reason").find("not a JSON object"), std::string::npos);
  EXPECT_EQ(header(*letter, "dead-letter-topic"), model.topic);
  EXPECT_EQ(header(*letter, "dead-letter-partition"), "0");
  EXPECT_EQ(header(*letter, "dead-letter-offset"), "2");
  EXPECT_EQ(letters.size(), 1U);
  EXPECT_EQ(model.run_command("verify"), 0);
}

TEST(ProjectorTest, WithTheSkipRuleTheAggregateGoesOn) {
  read_model model(1);
  model.produce("bad", R"({"eventType":"A","n":1})");
  model.produce("bad", "{broken");
  model.produce("bad", R"({"eventType":"A","n":3})");
  model.flush();
  child projector = model.start({"--poison", "skip"});
  const shown_rows right{{"bad", {2, R"({"eventType":"A","n":3})"}}};
  for (int i = 0; i < 100 && model.shown() != right; ++i) std::this_thread::sleep_for(200ms);
  EXPECT_EQ(model.shown(), right);
  EXPECT_EQ(projector.end(SIGTERM), 0);
  EXPECT_EQ(model.run_command("verify", {"--poison", "skip"}), 0);
  EXPECT_EQ(kafka_tests::read_all(model.dead_letters).size(), 1U);
}

}  // namespace
