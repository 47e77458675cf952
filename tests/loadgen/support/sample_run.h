// Half a run of ten seconds at 1,000 events a second, for tests of what people look at: their looks are judged by eye,
// the tests see what must not break.
#pragma once

#include <gtest/gtest.h>

#include "loadgen/run/result.h"

namespace loadgen_tests {

class sample_run : public ::testing::Test {
 protected:
  sample_run() : plan_(loadgen::plan::make_plan(options())), result_(plan_, {}) {
    plan_.topic = "orders<script>";  // no plan lets it through; a report that trusts the plan would
    const auto start = loadgen::timing::steady::now();
    result_.course.begin(start);
    for (int second = 1; second <= 5; ++second) {
      loadgen::measure::tally counted;
      counted.counts.events_sent = 1000;
      counted.counts.outcomes[static_cast<std::size_t>(loadgen::answers::event_outcome::persisted)] = 990;
      counted.counts.outcomes[static_cast<std::size_t>(loadgen::answers::event_outcome::busy)] = 10;
      counted.corrected.record(std::chrono::milliseconds(12), 990);
      counted.service.record(std::chrono::milliseconds(10), 990);
      result_.course.add(counted, start + std::chrono::seconds(second));
    }
  }

  static loadgen::plan::run_options options() {
    loadgen::plan::run_options o;
    o.topic = "orders";
    o.rate = "1000";
    o.duration = "10s";
    return o;
  }

  loadgen::plan::run_plan plan_;
  loadgen::run::result result_;
};

}  // namespace loadgen_tests
