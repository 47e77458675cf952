#include "loadgen/run.h"

#include <algorithm>
#include <thread>

#include "loadgen/aggregates.h"
#include "loadgen/kafka_reader.h"
#include "loadgen/load.h"
#include "loadgen/process_cpu.h"
#include "loadgen/units.h"
#include "loadgen/wall_clock.h"

namespace loadgen {

namespace {

using namespace std::chrono_literals;

std::optional<std::int64_t> find_server(const run_plan& plan, const run_settings& settings) {
  if (settings.server_pid) return settings.server_pid;
  const bool local = plan.host == "127.0.0.1" || plan.host == "localhost" || plan.host == "::1";
  if (!local || plan.port.empty() || plan.port.find_first_not_of("0123456789") != std::string::npos) return {};
  return listener_on(static_cast<std::uint16_t>(std::stoul(plan.port)));
}

void watch(load& source, progress& course, live_view& view, const std::atomic<bool>& interrupt, bool& interrupted) {
  steady::time_point next = steady::now() + 1s;
  tally counted;
  const auto end_interval = [&](steady::time_point now) {
    counted.clear();
    source.collect(counted);
    course.add(counted, now);
    view.draw(course);
  };
  while (!source.finished()) {
    std::this_thread::sleep_for(10ms);
    if (interrupt && !interrupted) {
      interrupted = true;
      source.stop();
    }
    const auto now = steady::now();
    if (now < next) continue;
    end_interval(now);
    next += 1s;
  }
  end_interval(steady::now());
}

std::string percent(double share) { return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %"; }

/// What of the measured numbers is our own doing rather than the server's.
void note_own_limits(const run_plan& plan, run_result& result) {
  const progress& course = result.course;
  const double elapsed = std::max(1e-9, seconds_of(course.elapsed()));
  const double thread_share = seconds_of(result.busiest_thread) / elapsed;
  if (thread_share > 0.9) {
    result.generator_limited = true;
    result.limits.push_back("an I/O thread of the generator used " + percent(thread_share) +
                            " of a core: the rate may be ours, not the server's; give it more with --threads");
  }
  const auto late = course.total().lateness.percentile(0.99);
  const auto p99 = course.total().corrected.percentile(0.99);
  if (!plan.closed_loop() && late > 1ms && late > p99 / 10) {
    result.limits.push_back("1 % of the requests went out more than " + format_latency(late) +
                            " late by our own delay, which is part of the latency");
  }
}

/// How many times its equal part the connection with the hottest aggregates sends; it sends the last of them alone.
double most_loaded(const run_plan& plan) {
  const auto weights = aggregate_picker::weights(plan.aggregates, plan.connections, plan.how);
  return *std::max_element(weights.begin(), weights.end()) * plan.connections;
}

std::vector<std::string> remarks_on(const run_plan& plan, const run_result& result) {
  std::vector<std::string> remarks;
  const double elapsed = std::max(1e-9, seconds_of(result.course.elapsed()));
  const double share = seconds_of(result.course.machine_cpu()) / elapsed / machine_cores();
  if (share >= 0.95)
    remarks.push_back("this machine's CPU was " + percent(std::min(1.0, share)) +
                      " busy: whatever runs here besides waits for it too, and latency shows it");
  const bool fixed = plan.closed_loop() && plan.events && !plan.replay && plan.protocol != protocol_kind::kafka;
  if (const double load = fixed ? most_loaded(plan) : 1; load > 2)
    remarks.push_back("with this --skew one connection has " + percent(load) +
                      " of an equal part of the events and sends the last of them alone, which slows the mean rate: "
                      "for a rate use --duration instead of --events");
  return remarks;
}

run_record make_record(const run_plan& plan, const run_result& result, std::vector<partition_span> before,
                       std::vector<stream_record> streams) {
  run_record record;
  record.run = plan.run_text;
  record.topic = plan.topic;
  record.target = plan.target;
  record.started = result.started;
  record.aggregates = plan.aggregates;
  record.keyed = plan.keyed;
  record.before = std::move(before);
  record.streams = std::move(streams);
  return record;
}

}  // namespace

bool run_result::good() const { return problems().empty(); }

std::vector<std::string> run_result::problems() const {
  std::vector<std::string> found;
  const counters& counts = course.total().counts;
  if (counts.with_fate(fate::acked) == 0 && counts.outcome(event_outcome::accepted) == 0) {
    found.push_back("no event was acked");
  }
  if (!verify_error.empty()) found.push_back("could not be verified: " + verify_error);
  if (verification && !verification->sound()) {
    for (std::size_t i = 0; i < finding_kinds; ++i) {
      const auto kind = static_cast<finding_kind>(i);
      if (const auto count = verification->count(kind)) {
        found.push_back(std::string(name_of(kind)) + " " + std::to_string(count));
      }
    }
  }
  return found;
}

run_result run(const run_plan& plan, const run_settings& settings, live_view& view,
               const std::atomic<bool>& interrupt) {
  run_result result(plan, find_server(plan, settings));
  result.started = wall_clock_text(std::chrono::system_clock::now());
  result.run_file = settings.run_file;
  std::vector<partition_span> before;
  if (!settings.verify_kafka.empty()) {
    before = kafka_reader(settings.verify_kafka, plan.topic, plan.kafka_properties).spans();
  }
  const std::unique_ptr<load> source = make_load(plan);
  const auto start = steady::now() + 10ms;
  const run_clock clock{start, start + plan.duration, start + plan.duration + plan.drain};
  result.course.begin(start);
  source->start(clock);
  watch(*source, result.course, view, interrupt, result.interrupted);
  view.finish();
  result.busiest_thread = source->busiest_thread();
  note_own_limits(plan, result);
  result.remarks = remarks_on(plan, result);
  const run_record record = make_record(plan, result, std::move(before), source->take_records());
  if (!result.run_file.empty()) save(record, result.run_file);
  if (settings.verify_kafka.empty()) return result;
  verify_options options;
  options.kafka = settings.verify_kafka;
  options.expect_all = settings.expect_all;
  options.settle = settings.settle;
  options.kafka_properties = plan.kafka_properties;
  options.progress = [&](double share) { view.draw_verification(share); };
  try {
    result.verification = verify(record, options);
  } catch (const kafka_error& error) {
    result.verify_error = error.what();
  }
  view.finish();
  return result;
}

}  // namespace loadgen
