// Cassandra under faults that its settings or its disk bring about: writes lost in a crash, too much to do, a full
// disk.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "own_cassandra.h"
#include "read_model.h"

namespace {

using namespace read_model_tests;
using namespace std::chrono_literals;

constexpr int singles = 8'000;

std::chrono::milliseconds a_moment(int from_ms, int to_ms) {
  static std::mt19937 random{std::random_device{}()};
  const std::chrono::milliseconds moment(std::uniform_int_distribution(from_ms, to_ms)(random));
  std::printf("after %lld ms\n", static_cast<long long>(moment.count()));
  return moment;
}

// Kills the node in full flow under a projector that lives on, until the audit finds something; at most so many times.
// Each event is of an aggregate of its own, so that no later event repairs what was lost.
bool is_damaged_by_kills(read_model& model, int rounds, const std::function<bool(const char*)>& node) {
  child projector = model.start({"--batch-events-max", "200", "--patience-seconds", "120"});  // longer than a restart
  model.produce_many(100, 10);
  EXPECT_TRUE(model.passes(100, 60));
  for (int round = 1; round <= rounds; ++round) {
    model.produce_single(singles);
    std::this_thread::sleep_for(a_moment(100, 700));
    EXPECT_TRUE(node("kill"));
    EXPECT_TRUE(node("restart"));
    EXPECT_TRUE(model.passes(100 + std::int64_t{singles} * round, 120));
    if (!model.audit().is_sound()) return true;
  }
  EXPECT_EQ(projector.end(SIGTERM), 0);
  return false;
}

// The projector has passed what the node acknowledged and lost. (One that is started again begins at the stored
// position, which the node has lost as well.)
TEST(NodeFaultsTest, ControlANodeThatAcknowledgesBeforeItSyncsIsFound) {
  const own_cassandra node("--sync periodic");
  ASSERT_TRUE(node.runs());
  read_model model(4, {node.address()});
  EXPECT_TRUE(is_damaged_by_kills(model, 6, [&](const char* what) { return node.does(what); }));
}

TEST(NodeFaultsTest, TheSameKillsDoNoDamageWhereTheNodeSyncsFirst) {
  const own_cassandra node("--sync batch");
  ASSERT_TRUE(node.runs());
  read_model model(4, {node.address()});
  EXPECT_FALSE(is_damaged_by_kills(model, 2, [&](const char* what) { return node.does(what); }));
}

// Two projectors share what the node lets through, one leaves in between, another is killed.
TEST(NodeFaultsTest, ANodeWithTooMuchToDoSlowsTheProjectorsAndLosesNothing) {
  const own_cassandra node(
      "--set native_transport_rate_limiting_enabled=true --set native_transport_max_requests_per_second=600");
  ASSERT_TRUE(node.runs());
  read_model model(4, {node.address()});
  model.produce_single(3'000);
  child leaves = model.start({"--batch-events-max", "200"});
  child is_killed = model.start({"--batch-events-max", "200"});
  std::this_thread::sleep_for(a_moment(3'000, 5'000));
  EXPECT_EQ(leaves.end(SIGTERM), 0);
  child stays = model.start();
  std::this_thread::sleep_for(a_moment(1'000, 3'000));
  is_killed.end(SIGKILL);
  EXPECT_TRUE(model.passes(3'000, 120));
  EXPECT_EQ(model.shown(), model.expected());
  EXPECT_TRUE(model.audit().is_sound());
  EXPECT_EQ(stays.end(SIGTERM), 0);
}

// Counted by a session of our own: the node says that it is overloaded, and less is under way from then on.
TEST(NodeFaultsTest, AnOverloadedNodeIsAskedForLess) {
  const own_cassandra node(
      "--set native_transport_rate_limiting_enabled=true --set native_transport_max_requests_per_second=300");
  ASSERT_TRUE(node.runs());
  read_model model(1, {node.address()});
  model.execute("create keyspace " + model.keyspace +
                " with replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
  model.execute("create table " + model.keyspace + ".t (n int primary key)");
  std::vector<cql::statement> writes;
  for (int n = 0; n < 2'000; ++n)
    writes.push_back({"insert into " + model.keyspace + ".t (n) values (" + std::to_string(n) + ")", {}, {}});
  const auto done = model.session->execute(writes);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_GT(model.count.overloaded, 0U);
  EXPECT_LT(model.count.in_flight_limit, cql::conversation_settings().in_flight_max);
  const auto rows = model.session->execute_one({"select n from " + model.keyspace + ".t", {}, {}});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->list.size(), 2'000U);
}

// Takes all room that is left, down to the last block.
void fill(const std::filesystem::path& folder) {
  std::ofstream file(folder / "filler", std::ios::binary);
  for (std::size_t block = 1 << 20; block >= 4'096; block /= 2) {
    const std::string zeros(block, '\0');
    while (file.write(zeros.data(), static_cast<std::streamsize>(block)).flush()) {
    }
    file.clear();
  }
}

TEST(NodeFaultsTest, AFullDiskLosesNothing) {
  if (::geteuid() != 0 || std::system("unshare --mount true 2>/dev/null") != 0)
    GTEST_SKIP() << "a small file system can only be mounted by root";
  const own_cassandra node("--disk 160m");
  ASSERT_TRUE(node.runs());
  read_model model(4, {node.address()});
  child projector = model.start({"--batch-events-max", "500", "--patience-seconds", "5"});
  model.produce_many(500, 20);
  ASSERT_TRUE(model.passes(500, 60));
  fill(node.folder() + "/data");
  model.produce_single(40'000);  // more than the part of the commit log that is there already
  for (int i = 0; i < 100 && node.does("status"); ++i) std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(node.does("status"));               // it answers nobody any more
  EXPECT_EQ(projector.wait_for(7), std::nullopt);  // which outlasts the projector's patience, and it waits
  ASSERT_TRUE(std::filesystem::remove(node.folder() + "/data/filler"));  // an operator makes room and starts it again
  ASSERT_TRUE(node.does("restart"));
  EXPECT_TRUE(model.passes(40'500, 120));
  EXPECT_TRUE(model.audit().is_sound());
  EXPECT_EQ(projector.end(SIGTERM), 0);
}

}  // namespace
