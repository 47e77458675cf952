// headgate-loadgen: reads the command line, carries out its job, and turns the result into an exit code.

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "loadgen/capacity/measure_capacity.h"
#include "loadgen/capacity/search.h"
#include "loadgen/cli/command_line.h"
#include "loadgen/cli/jobs.h"
#include "loadgen/report/capacity_table.h"
#include "loadgen/report/html.h"
#include "loadgen/report/json.h"
#include "loadgen/report/live_view.h"
#include "loadgen/report/summary.h"
#include "loadgen/run/result.h"
#include "loadgen/run/run.h"
#include "loadgen/store/report.h"
#include "loadgen/store/run.h"
#include "loadgen/units/option.h"
#include "loadgen/verify/description.h"
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
std::ostream& words(const cli::outputs& results) { return results.json == "-" ? std::cerr : std::cout; }

int carry_out(const cli::run_job& job) {
  report::live_view view(stderr, job.results.quiet);
  const run::result done = run::execute(job.plan, job.settings, view, interrupted);
  words(job.results) << report::describe(job.plan, done);
  if (!job.results.json.empty()) write_file(job.results.json, report::to_json(job.plan, done));
  if (!job.results.html.empty()) write_file(job.results.html, report::html_report(job.plan, done));
  return done.good() ? 0 : 1;
}

int carry_out(cli::capacity_job job) {
  job.settings.progress = job.results.quiet ? nullptr : stderr;
  const capacity::result found = capacity::measure_capacity(job.options, job.settings, interrupted);
  words(job.results) << report::describe(found, job.settings.slo);
  if (!job.results.json.empty()) write_file(job.results.json, report::to_json(job.plan, found, job.settings.slo));
  if (!job.results.html.empty()) write_file(job.results.html, report::html_report(job.plan, found, job.settings.slo));
  return found.rate > 0 ? 0 : 1;
}

int carry_out(cli::verify_job job) {
  report::live_view view(stderr, job.results.quiet);
  job.options.patience.say = [&](const std::string& what) { view.on_wait(what); };
  job.options.patience.interrupted = [] { return interrupted.load(); };
  job.options.progress = [&](double share) { view.on_verified(share); };
  const verify::report found = verify::verify_run(job.record, job.options);
  view.on_end();
  words(job.results) << verify::describe(found);
  if (!job.results.json.empty()) write_file(job.results.json, report::to_json(found));
  return found.sound() ? 0 : 1;
}

int carry_out(const cli::store_job& job) {
  const store::result done = store::execute(
      job.plan, job.settings, [](const std::string& what) { std::cerr << what << '\n'; }, interrupted);
  words(job.results) << store::describe(job.plan, done);
  if (!job.results.json.empty()) write_file(job.results.json, store::to_json(job.plan, done));
  return done.good() ? 0 : 1;
}

int carry_out(const cli::command_line& line) {
  switch (line.what) {
    case cli::command::none: return line.exit_code;
    case cli::command::run: return carry_out(cli::make_run_job(line));
    case cli::command::capacity: return carry_out(cli::make_capacity_job(line));
    case cli::command::verify: return carry_out(cli::make_verify_job(line));
    case cli::command::store: return carry_out(cli::make_store_job(line));
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return carry_out(cli::read_command_line(argc, argv, std::cout, std::cerr));
  } catch (const units::usage_error& error) {
    std::cerr << "headgate-loadgen: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "headgate-loadgen: " << error.what() << '\n';
    return 1;
  }
}
