// Runs the load generator inside a test against some target, and keeps what it reported.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "loadgen/run.h"

namespace loadgen_tests {

struct driven {
  std::unique_ptr<loadgen::run_plan> plan;  // the result refers to it
  std::unique_ptr<loadgen::run_result> result;

  const loadgen::tally& total() const { return result->course.total(); }
  const loadgen::counters& counts() const { return total().counts; }
};

inline driven drive(const std::string& target, const std::function<void(loadgen::run_options&)>& change = {},
                    const loadgen::run_settings& settings = {}) {
  loadgen::run_options options;
  options.target = target;
  options.topic = "events";
  options.events = "2000";
  options.batch = 10;
  options.connections = 4;
  options.aggregates = "100";
  options.timeout = "2s";
  options.drain = "2s";
  if (change) change(options);
  driven done;
  done.plan = std::make_unique<loadgen::run_plan>(loadgen::make_plan(options));
  loadgen::live_view view(stderr, true);
  const std::atomic<bool> interrupt = false;
  done.result = std::make_unique<loadgen::run_result>(loadgen::run(*done.plan, settings, view, interrupt));
  return done;
}

}  // namespace loadgen_tests
