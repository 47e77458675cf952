#include "loadgen/cli/jobs.h"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "loadgen/capacity/objective.h"
#include "loadgen/events/mark.h"
#include "loadgen/kafka/client.h"
#include "loadgen/measure/process_cpu.h"
#include "loadgen/plan/target.h"
#include "loadgen/units/option.h"

namespace loadgen::cli {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t pid_max = std::int64_t{1} << 22;  // Linux's own bound

bool read_flag(std::string_view option, const std::string& text) {
  if (text.empty()) return false;
  if (text != "true") units::refuse(option, text, "write it without a value");
  return true;
}

void check_writable(std::string_view option, const std::string& path) {
  std::error_code error;
  const std::filesystem::path file(path);
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const bool there = std::filesystem::exists(file, error);
  const bool writable = there ? !std::filesystem::is_directory(file, error) && ::access(file.c_str(), W_OK) == 0
                              : std::filesystem::is_directory(folder, error) && ::access(folder.c_str(), W_OK) == 0;
  if (!writable) units::refuse(option, path, "write a file that can be written, in a folder that exists");
}

outputs read_outputs(const command_line& line) {
  if (!line.json.empty() && line.json != "-") check_writable("--json", line.json);
  if (!line.html.empty()) check_writable("--html", line.html);
  return {line.json, line.html, read_flag("--quiet", line.quiet)};
}

std::optional<std::int64_t> read_server_pid(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto pid = static_cast<std::int64_t>(units::read_whole_number("--server-pid", text, 1, pid_max));
  if (!measure::cpu_of(pid)) units::refuse("--server-pid", text, "write the id of a process that runs on this machine");
  return pid;
}

std::chrono::nanoseconds read_settle(const std::string& text) { return units::read_duration("--settle", text, 0ms); }

run::settings read_run_settings(const command_line& line) {
  run::settings how;
  if (!line.verify.empty()) how.verify_kafka = plan::read_brokers("--verify", line.verify);
  how.expect_all = read_flag("--expect-all", line.expect_all);
  how.settle = read_settle(line.settle);
  how.server_pid = read_server_pid(line.server_pid);
  kafka::check_properties(line.run.kafka_properties);
  return how;
}

/// The run's file as `verify` finds it: by its name, or by the run's id in the usual place.
verify::run_record read_record(const command_line& line) {
  const bool by_id = line.run_file.empty();
  if (by_id && line.run_id.empty()) throw units::usage_error("verify: say which run, with --run ID or --run-file FILE");
  if (by_id && (line.run_id.size() != 8 || !events::read_hex(line.run_id))) {
    units::refuse("--run", line.run_id, "write the run's id, eight hexadecimal digits as the run's summary shows them");
  }
  try {
    return verify::load_run_file(by_id ? verify::default_run_file(line.run_id) : line.run_file);
  } catch (const std::runtime_error& error) {
    if (by_id) units::refuse("--run", line.run_id, std::string("name the run's file with --run-file: ") + error.what());
    units::refuse("--run-file", line.run_file, std::string("write the file that a run left: ") + error.what());
  }
}

}  // namespace

run_job make_run_job(const command_line& line) {
  run_job job{plan::make_plan(line.run), read_run_settings(line), read_outputs(line)};
  if (line.run_file.empty()) {
    job.settings.run_file = verify::default_run_file(job.plan.run_text);
  } else if (line.run_file != "-") {
    check_writable("--run-file", line.run_file);
    job.settings.run_file = line.run_file;
  }
  return job;
}

capacity_job make_capacity_job(const command_line& line) {
  capacity_job job{line.run, plan::make_plan(line.run), {}, read_outputs(line)};
  job.settings.of_run = read_run_settings(line);
  job.settings.slo = capacity::objective::parse(line.slo);
  job.settings.step = units::read_duration("--step", line.step, 100ms, 24h);
  const auto runs_max = static_cast<std::uint64_t>(job.settings.search.measurements_max);
  job.settings.search.repeats = static_cast<int>(units::read_whole_number("--repeats", line.repeats, 1, runs_max));
  if (!line.rate_max.empty()) {
    job.settings.search.rate_max =
        static_cast<double>(units::read_whole_number("--rate-max", line.rate_max, 1, 1'000'000'000));
  }
  return job;
}

store_job make_store_job(const command_line& line) {
  const std::string& history = line.store.history;
  if (!history.empty() && history != "-") check_writable("--history", history);
  return {store::make_plan(line.store), store::make_settings(line.store), read_outputs(line)};
}

verify_job make_verify_job(const command_line& line) {
  verify_job job;
  job.options.kafka = plan::read_brokers("--kafka", line.kafka);
  if (!line.run.topic.empty()) job.options.topic = plan::read_topic(line.run.topic);
  job.options.expect_all = read_flag("--expect-all", line.expect_all);
  job.options.from_beginning = read_flag("--from-beginning", line.from_beginning);
  job.options.settle = read_settle(line.settle);
  job.options.patience.wait_max = units::read_duration("--kafka-wait", line.run.kafka_wait, 0ms);
  kafka::check_properties(line.run.kafka_properties);
  job.options.kafka_properties = line.run.kafka_properties;
  job.results = read_outputs(line);
  job.record = read_record(line);
  return job;
}

}  // namespace loadgen::cli
