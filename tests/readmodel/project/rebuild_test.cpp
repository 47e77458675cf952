#include "readmodel/project/rebuild.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "read_model.h"

namespace {

using namespace read_model_tests;
using namespace std::chrono_literals;

TEST(RebuildTest, ADestroyedViewIsBuiltAgainAndTheProjectorFollows) {
  read_model model;
  child projector = model.start();
  model.produce_many(2'000, 50);
  ASSERT_TRUE(model.becomes_right(60));
  model.execute("truncate " + model.keyspace + ".latest_g1");
  EXPECT_NE(model.run_command("verify"), 0);
  EXPECT_EQ(model.run_command("rebuild"), 0);
  EXPECT_EQ(model.live(), 2);
  EXPECT_TRUE(model.becomes_right(5));
  EXPECT_EQ(model.run_command("verify"), 0);
  model.produce_many(500, 50);  // the running projector writes the new generation
  EXPECT_TRUE(model.becomes_right(60));
  EXPECT_EQ(projector.end(SIGTERM), 0);
}

TEST(RebuildTest, TheWayBackIsOneRowAndOldGenerationsGo) {
  read_model model;
  model.produce_many(200, 10);
  EXPECT_EQ(model.run_command("rebuild"), 0);
  EXPECT_EQ(model.run_command("rebuild", {"--only-if-identical"}), 0);
  EXPECT_EQ(model.live(), 2);
  EXPECT_EQ(model.run_command("switch", {"--generation", "1"}), 0);
  EXPECT_EQ(model.live(), 1);
  EXPECT_EQ(model.shown(), model.expected());
  EXPECT_NE(model.run_command("drop", {"--generation", "1"}), 0);  // it is live
  EXPECT_EQ(model.run_command("switch", {"--generation", "2"}), 0);
  EXPECT_EQ(model.run_command("rebuild"), 0);  // 3 is live, 2 kept, 1 dropped
  EXPECT_EQ(model.live(), 3);
  EXPECT_NE(model.run_command("switch", {"--generation", "1"}), 0);
  EXPECT_NE(model.run_command("verify", {"--generation", "1"}), 0);
  EXPECT_EQ(model.run_command("verify", {"--generation", "2"}), 0);
}

TEST(RebuildTest, ARebuildThatIsKilledLeavesTheLiveViewAlone) {
  read_model model;
  model.produce_many(5'000, 2'500);
  EXPECT_EQ(model.run_command("rebuild"), 0);
  {
    child killed({HEADGATE_READMODEL_PROGRAM, "rebuild", "--kafka", model.settings().kafka.bootstrap, "--topic",
                  model.topic, "--cassandra", cassandra_address(), "--keyspace", model.keyspace, "--quiet",
                  "--batch-events-max", "50"});
    std::this_thread::sleep_for(700ms);
    killed.end(SIGKILL);
  }
  EXPECT_EQ(model.live(), 1);
  EXPECT_EQ(model.shown(), model.expected());
  EXPECT_EQ(model.run_command("rebuild"), 0);  // a generation of its own number
  EXPECT_EQ(model.live(), 3);
  EXPECT_EQ(model.run_command("verify"), 0);
}

}  // namespace
