// Runs the load generator inside a test against some target, and keeps what it reported.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "loadgen/run/run.h"

namespace loadgen_tests {

struct driven {
  std::unique_ptr<loadgen::plan::run_plan> plan;  // the result refers to it
  std::unique_ptr<loadgen::run::result> result;

  const loadgen::measure::tally& total() const { return result->course.total(); }
  const loadgen::measure::counters& counts() const { return total().counts; }
};

inline driven drive(const std::string& target, const std::function<void(loadgen::plan::run_options&)>& change = {},
                    const loadgen::run::settings& settings = {}) {
  loadgen::plan::run_options options;
  options.target = target;
  options.topic = "events";
  options.events = "2000";
  options.batch = "10";
  options.connections = "4";
  options.aggregates = "100";
  options.timeout = "2s";
  options.drain = "2s";
  if (change) change(options);
  driven done;
  done.plan = std::make_unique<loadgen::plan::run_plan>(loadgen::plan::make_plan(options));
  loadgen::run::watcher nobody;
  const std::atomic<bool> interrupt = false;
  done.result = std::make_unique<loadgen::run::result>(loadgen::run::execute(*done.plan, settings, nobody, interrupt));
  return done;
}

}  // namespace loadgen_tests
