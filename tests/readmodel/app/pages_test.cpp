#include "readmodel/app/pages.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel;
using namespace readmodel::app;

struct PagesTest : ::testing::Test {
  project::progress progress;
  cassandra::counters session;
  shown of{"carts", "shop", &progress, &session};
};

// Every number another one: a table that mixes two up is found.
TEST_F(PagesTest, EveryMetricHasItsOwnNumber) {
  progress.folded = 11;
  progress.repeated = 12;
  progress.ignored = 13;
  progress.fenced = 14;
  progress.poisoned = 15;
  progress.batches = 16;
  progress.states_read = 17;
  progress.states_written = 18;
  progress.rows_written = 19;
  progress.rows_refused = 20;
  progress.rebalances = 21;
  progress.pauses = 22;
  progress.generation = 23;
  progress.missing = 24;
  progress.set(3, {100, 124, 5'000});
  session.statements = 31;
  session.repeats = 32;
  session.overloaded = 33;
  session.connections = 34;
  session.in_flight_limit = 35;
  session.is_connected = true;
  const std::string page = metrics_page(of, 7'500);
  for (const char* line : {
           "headgate_readmodel_events_total{projection=\"carts\",fate=\"folded\"} 11",
           "headgate_readmodel_events_total{projection=\"carts\",fate=\"repeated\"} 12",
           "headgate_readmodel_events_total{projection=\"carts\",fate=\"ignored\"} 13",
           "headgate_readmodel_events_total{projection=\"carts\",fate=\"fenced\"} 14",
           "headgate_readmodel_events_total{projection=\"carts\",fate=\"poison\"} 15",
           "headgate_readmodel_events_missing_total{projection=\"carts\"} 24",
           "headgate_readmodel_batches_total{projection=\"carts\"} 16",
           "headgate_readmodel_states_read_total{projection=\"carts\"} 17",
           "headgate_readmodel_states_written_total{projection=\"carts\"} 18",
           "headgate_readmodel_rows_written_total{projection=\"carts\"} 19",
           "headgate_readmodel_rows_refused_total{projection=\"carts\"} 20",
           "headgate_readmodel_rebalances_total{projection=\"carts\"} 21",
           "headgate_readmodel_pauses_total{projection=\"carts\"} 22",
           "headgate_readmodel_generation{projection=\"carts\"} 23",
           "headgate_readmodel_lag_events{projection=\"carts\",topic=\"shop\",partition=\"3\"} 24",
           "headgate_readmodel_lag_seconds{projection=\"carts\",topic=\"shop\",partition=\"3\"} 2.5",
           "headgate_readmodel_cassandra_statements_total{projection=\"carts\"} 31",
           "headgate_readmodel_cassandra_repeats_total{projection=\"carts\"} 32",
           "headgate_readmodel_cassandra_overloaded_total{projection=\"carts\"} 33",
           "headgate_readmodel_cassandra_connections_total{projection=\"carts\"} 34",
           "headgate_readmodel_cassandra_in_flight_limit{projection=\"carts\"} 35",
           "headgate_readmodel_cassandra_connected{projection=\"carts\"} 1",
       })
    EXPECT_NE(page.find(std::string("\n") + line + "\n"), std::string::npos) << line << "\n" << page;
}

TEST_F(PagesTest, NothingLeftIsNoLag) {
  EXPECT_EQ(lag_of({100, 100, 5'000}, 60'000).seconds, 0);
  EXPECT_EQ(lag_of({100, 90, 5'000}, 60'000).events, 0);
  EXPECT_EQ(lag_of({-1, 90, 0}, 60'000).events, 90);
}

TEST_F(PagesTest, TroubleIsSaidAndIsNotWell) {
  session.is_connected = true;
  EXPECT_TRUE(is_well(of));
  progress.set_trouble("Cassandra \"gone\"");
  EXPECT_FALSE(is_well(of));
  EXPECT_NE(status_page(of, 0).find(R"("well":false,"trouble":"Cassandra \"gone\"")"), std::string::npos);
}

}  // namespace
