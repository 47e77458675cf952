// headgate-loadgen: reads the command line, does the one thing asked for, and turns the result into an exit code.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "loadgen/capacity/measure_capacity.h"
#include "loadgen/capacity/objective.h"
#include "loadgen/capacity/search.h"
#include "loadgen/cli/command_line.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/report/capacity_table.h"
#include "loadgen/report/html.h"
#include "loadgen/report/json.h"
#include "loadgen/report/live_view.h"
#include "loadgen/report/summary.h"
#include "loadgen/run/result.h"
#include "loadgen/run/run.h"
#include "loadgen/units/quantity.h"
#include "loadgen/verify/description.h"
#include "loadgen/verify/run_file.h"
#include "loadgen/verify/verifier.h"
#include "loadgen/verify/verify_run.h"

namespace {

using namespace loadgen;

std::atomic<bool> interrupted = false;

extern "C" void on_interrupt(int) {
  // A second signal ends the program at once.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  interrupted = true;
}

void write_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::cout << text << '\n';
    return;
  }
  std::ofstream file(path, std::ios::trunc);
  file << text << '\n';
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

/// People's words go to stdout, unless the machine's do.
std::ostream& words(const cli::output_options& output) { return output.json == "-" ? std::cerr : std::cout; }

int do_run(const cli::command_line& line) {
  const plan::run_plan plan = plan::make_plan(line.run);
  run::settings settings;
  settings.verify_kafka = line.run.verify;
  settings.expect_all = line.expect_all;
  settings.settle = units::parse_duration(line.settle);
  settings.run_file = line.run.run_file.empty() ? verify::default_run_file(plan.run_text) : line.run.run_file;
  if (settings.run_file == "-") settings.run_file.clear();
  if (line.server_pid > 0) settings.server_pid = line.server_pid;
  report::live_view view(stderr, line.output.quiet);
  const run::result result = run::execute(plan, settings, view, interrupted);
  words(line.output) << report::describe(plan, result);
  if (!line.output.json.empty()) write_file(line.output.json, report::to_json(plan, result));
  if (!line.output.html.empty()) write_file(line.output.html, report::html_report(plan, result));
  return result.good() ? 0 : 1;
}

int do_capacity(const cli::command_line& line) {
  capacity::settings settings;
  settings.slo = capacity::objective::parse(line.slo);
  settings.step = line.step;
  settings.search.repeats = line.repeats;
  if (!line.rate_max.empty()) settings.search.rate_max = units::parse_count(line.rate_max);
  settings.of_run.verify_kafka = line.run.verify;
  if (line.server_pid > 0) settings.of_run.server_pid = line.server_pid;
  settings.progress = line.output.quiet ? nullptr : stderr;
  const plan::run_plan plan = plan::make_plan(line.run);
  const capacity::result result = capacity::measure_capacity(line.run, settings, interrupted);
  words(line.output) << report::describe(result, settings.slo);
  if (!line.output.json.empty()) write_file(line.output.json, report::to_json(plan, result, settings.slo));
  if (!line.output.html.empty()) write_file(line.output.html, report::html_report(plan, result, settings.slo));
  return result.rate > 0 ? 0 : 1;
}

int do_verify(const cli::command_line& line) {
  const std::string path = line.run.run_file.empty() ? verify::default_run_file(line.run_id) : line.run.run_file;
  if (line.run.run_file.empty() && line.run_id.empty())
    throw units::usage_error("verify: say which run: --run ID or --run-file");
  const verify::run_record record = verify::load_run_file(path);
  report::live_view view(stderr, line.output.quiet);
  verify::options options;
  options.kafka = line.kafka;
  options.topic = line.run.topic;
  options.expect_all = line.expect_all;
  options.from_beginning = line.from_beginning;
  options.settle = units::parse_duration(line.settle);
  options.kafka_properties = line.run.kafka_properties;
  options.progress = [&](double share) { view.on_verified(share); };
  const verify::report found = verify::verify_run(record, options);
  view.on_end();
  words(line.output) << describe(found);
  if (!line.output.json.empty()) write_file(line.output.json, report::to_json(found));
  return found.sound() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  try {
    const auto line = cli::read_command_line(argc, argv, exit_code);
    if (!line) return exit_code;
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGPIPE, SIG_IGN);
    switch (line->what) {
      case cli::command::run: return do_run(*line);
      case cli::command::capacity: return do_capacity(*line);
      case cli::command::verify: return do_verify(*line);
    }
    return 2;
  } catch (const units::usage_error& error) {
    std::cerr << "headgate-loadgen: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "headgate-loadgen: " << error.what() << '\n';
    return 1;
  }
}
