#include "loadgen/run/result.h"

#include <gtest/gtest.h>

#include "tests/loadgen/support/sample_run.h"

namespace loadgen::run {
namespace {

class ResultTest : public loadgen_tests::sample_run {};

TEST_F(ResultTest, AckedEventsAreGoodUntilSomethingSpeaksAgainstThem) {
  EXPECT_TRUE(result_.good());
  result_.verification.emplace();
  EXPECT_TRUE(result_.good());
  result_.verification->counts[static_cast<std::size_t>(verify::finding_kind::lost)] = 3;
  result_.verification->counts[static_cast<std::size_t>(verify::finding_kind::split)] = 1;
  EXPECT_EQ(result_.problems(), (std::vector<std::string>{"lost 3", "split 1"}));
}

TEST_F(ResultTest, WhateverCouldNotBeDoneIsAProblem) {
  result_.verify_error = "Kafka does not answer";
  result_.run_file_error = "cannot write the run file x";
  EXPECT_EQ(result_.problems(),
            (std::vector<std::string>{"cannot write the run file x", "could not be verified: Kafka does not answer"}));
}

TEST_F(ResultTest, ARunWithoutAckedEventsProvesNothing) {
  const result nothing(plan_, {});
  EXPECT_EQ(nothing.problems(), std::vector<std::string>{"no event was acked"});
}

}  // namespace
}  // namespace loadgen::run
