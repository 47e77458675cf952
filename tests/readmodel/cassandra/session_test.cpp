#include "readmodel/cassandra/session.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "cutting_proxy.h"
#include "readmodel/cql/values.h"

namespace {

using namespace readmodel;
using namespace std::chrono_literals;
using cassandra_tests::cutting_proxy;
using cql::bigint;
using cql::text;

std::uint16_t port() {
  const char* at = std::getenv("HEADGATE_TEST_CASSANDRA");
  if (at == nullptr)
    ADD_FAILURE() << "HEADGATE_TEST_CASSANDRA=host:port is not set: run this through ctest -L cassandra";
  return at == nullptr ? 1
                       : static_cast<std::uint16_t>(std::stoi(std::string(at).substr(std::string(at).find(':') + 1)));
}

cassandra::session_settings to(std::uint16_t where) {
  cassandra::session_settings s;
  s.contact_points = {{"127.0.0.1", where}};
  return s;
}

// A table of its own, gone at the end.
struct SessionTest : ::testing::Test {
  cassandra::counters count;
  cassandra::session s{to(port()), count, {}};
  std::string table = "session_test_" + std::to_string(::getpid()) + ".t";
  std::string keyspace = table.substr(0, table.find('.'));

  void SetUp() override {
    run("create keyspace " + keyspace + " with replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    run("create table " + table + " (a text, n bigint, body text, primary key (a, n))");
  }
  void TearDown() override { run("drop keyspace " + keyspace); }
  void run(const std::string& cql) {
    const auto r = s.execute_one({cql, {}, {}});
    EXPECT_TRUE(r) << cql << ": " << r.error().message;
  }
  std::string insert() const { return "insert into " + table + " (a, n, body) values (?, ?, ?)"; }
};

TEST_F(SessionTest, ManyPipelinedWritesAreAllThereAndArePagedBack) {
  constexpr int many = 3000;
  std::vector<cql::statement> writes;
  for (int i = 0; i < many; ++i)
    writes.push_back({insert(), {text("a" + std::to_string(i % 3)), bigint(i), text("b" + std::to_string(i))}, {}});
  ASSERT_TRUE(s.execute(writes));
  std::int64_t sum = 0, rows = 0, pages = 0;
  const auto failed = s.read_pages({"select n, body from " + table, {}, {}}, 500, [&](cql::rows& page) {
    ++pages;
    for (const auto& row : page.list) {
      ++rows;
      sum += cql::to_bigint(row[0]).value();
      EXPECT_EQ(row[1], "b" + std::to_string(cql::to_bigint(row[0]).value()));
    }
    return true;
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(rows, many);
  EXPECT_EQ(sum, std::int64_t{many} * (many - 1) / 2);
  EXPECT_GE(pages, 6);
}

TEST_F(SessionTest, AnOlderTimestampChangesNothing) {
  const auto at = [&](std::int64_t when, const char* body) {
    const auto r =
        s.execute_one({insert() + " using timestamp ?", {text("k"), bigint(1), text(body), bigint(when)}, {}});
    ASSERT_TRUE(r) << r.error().message;
  };
  at(5, "five");
  at(3, "three");
  const auto r = s.execute_one({"select body from " + table + " where a = ? and n = ?", {text("k"), bigint(1)}, {}});
  ASSERT_TRUE(r);
  EXPECT_EQ(r->list.at(0).at(0), "five");
}

TEST_F(SessionTest, AWrongStatementIsRefusedAndTheSessionGoesOn) {
  const auto wrong = s.execute_one({"insert into nowhere.t (a) values (?)", {text("x")}, {}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, cassandra::errc::refused);
  EXPECT_NE(wrong.error().message.find("invalid (0x2200)"), std::string::npos) << wrong.error().message;
  EXPECT_TRUE(s.execute_one({insert(), {text("x"), bigint(1), text("y")}, {}}));
}

TEST_F(SessionTest, AStatementSurvivesADroppedAndRemadeTable) {
  ASSERT_TRUE(s.execute_one({insert(), {text("x"), bigint(1), text("y")}, {}}));
  run("drop table " + table);
  run("create table " + table + " (a text, n bigint, body text, primary key (a, n))");
  const auto r = s.execute_one({insert(), {text("x"), bigint(2), text("y")}, {}});
  EXPECT_TRUE(r) << r.error().message;
}

TEST_F(SessionTest, TheNextContactPointIsTriedWhereTheFirstIsDead) {
  auto settings = to(1);
  settings.contact_points.push_back({"127.0.0.1", port()});
  cassandra::counters own;
  cassandra::session other(settings, own, {});
  EXPECT_TRUE(other.execute_one({"select key from system.local", {}, {}}));
  EXPECT_EQ(own.connections, 1U);
}

TEST_F(SessionTest, WritesSurviveConnectionsThatAreCutAgainAndAgain) {
  cutting_proxy proxy(port(), 40'000);
  auto settings = to(proxy.port());
  settings.conversation.in_flight_max = 64;
  cassandra::counters own;
  constexpr int many = 2000;
  {
    cassandra::session cut(settings, own, {});
    std::vector<cql::statement> writes;
    for (int i = 0; i < many; ++i)
      writes.push_back({insert(), {text("cut"), bigint(i), text(std::string(100, 'x'))}, {}});
    const auto r = cut.execute(writes);
    ASSERT_TRUE(r) << r.error().message;
  }
  const auto count_rows = s.execute_one({"select count(*) from " + table + " where a = ?", {text("cut")}, {}});
  EXPECT_EQ(cql::to_bigint(count_rows->list.at(0).at(0)), many);
  EXPECT_GE(own.connections, 5U);
  EXPECT_GT(own.repeats, 0U);
}

TEST(SessionWithoutCassandraTest, GivesUpAfterItsPatienceAndSaysWhy) {
  auto settings = to(1);
  settings.patience = 300ms;
  cassandra::counters own;
  cassandra::session s(settings, own, {});
  const auto r = s.execute_one({"select key from system.local", {}, {}});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, cassandra::errc::unreachable);
  EXPECT_NE(r.error().message.find("127.0.0.1:1 cannot be reached"), std::string::npos) << r.error().message;
}

TEST(SessionWithoutCassandraTest, AStopEndsTheWait) {
  std::stop_source stop;
  cassandra::counters own;
  cassandra::session s(to(1), own, stop.get_token());
  stop.request_stop();
  const auto r = s.execute_one({"select key from system.local", {}, {}});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, cassandra::errc::stopped);
}

}  // namespace
