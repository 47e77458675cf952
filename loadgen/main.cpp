// headgate-loadgen: reads the command line, does the one thing asked for, and turns the result into an exit code.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "loadgen/capacity_run.h"
#include "loadgen/command_line.h"
#include "loadgen/html_report.h"
#include "loadgen/result_json.h"
#include "loadgen/run.h"
#include "loadgen/summary.h"
#include "loadgen/units.h"
#include "loadgen/verify.h"

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
std::ostream& words(const output_options& output) { return output.json == "-" ? std::cerr : std::cout; }

int do_run(const command_line& line) {
  const run_plan plan = make_plan(line.run);
  run_settings settings;
  settings.verify_kafka = line.run.verify;
  settings.expect_all = line.expect_all;
  settings.settle = parse_duration(line.settle);
  settings.run_file = line.run.run_file.empty() ? default_run_file(plan.run_text) : line.run.run_file;
  if (settings.run_file == "-") settings.run_file.clear();
  if (line.server_pid > 0) settings.server_pid = line.server_pid;
  live_view view(stderr, line.output.quiet);
  const run_result result = run(plan, settings, view, interrupted);
  words(line.output) << describe(plan, result);
  if (!line.output.json.empty()) write_file(line.output.json, to_json(plan, result));
  if (!line.output.html.empty()) write_file(line.output.html, html_report(plan, result));
  return result.good() ? 0 : 1;
}

int do_capacity(const command_line& line) {
  capacity_settings settings;
  settings.slo = objective::parse(line.slo);
  settings.step = line.step;
  settings.search.repeats = line.repeats;
  if (!line.rate_max.empty()) settings.search.rate_max = parse_count(line.rate_max);
  settings.run.verify_kafka = line.run.verify;
  if (line.server_pid > 0) settings.run.server_pid = line.server_pid;
  settings.progress = line.output.quiet ? nullptr : stderr;
  const run_plan plan = make_plan(line.run);
  const capacity_result result = measure_capacity(line.run, settings, interrupted);
  words(line.output) << describe(result, settings.slo);
  if (!line.output.json.empty()) write_file(line.output.json, to_json(plan, result, settings.slo));
  if (!line.output.html.empty()) write_file(line.output.html, html_report(plan, result, settings.slo));
  return result.rate > 0 ? 0 : 1;
}

int do_verify(const command_line& line) {
  const std::string path = line.run.run_file.empty() ? default_run_file(line.run_id) : line.run.run_file;
  if (line.run.run_file.empty() && line.run_id.empty())
    throw usage_error("verify: say which run: --run ID or --run-file");
  const run_record record = load_run_file(path);
  live_view view(stderr, line.output.quiet);
  verify_options options;
  options.kafka = line.kafka;
  options.topic = line.run.topic;
  options.expect_all = line.expect_all;
  options.from_beginning = line.from_beginning;
  options.settle = parse_duration(line.settle);
  options.kafka_properties = line.run.kafka_properties;
  options.progress = [&](double share) { view.draw_verification(share); };
  const verify_report report = verify(record, options);
  view.finish();
  words(line.output) << describe(report);
  if (!line.output.json.empty()) write_file(line.output.json, to_json(report));
  return report.sound() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  try {
    const auto line = read_command_line(argc, argv, exit_code);
    if (!line) return exit_code;
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGPIPE, SIG_IGN);
    switch (line->what) {
      case command::run: return do_run(*line);
      case command::capacity: return do_capacity(*line);
      case command::verify: return do_verify(*line);
    }
    return 2;
  } catch (const usage_error& error) {
    std::cerr << "headgate-loadgen: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "headgate-loadgen: " << error.what() << '\n';
    return 1;
  }
}
