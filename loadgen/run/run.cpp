#include "loadgen/run/run.h"

#include <stdexcept>
#include <thread>

#include "loadgen/answers/fates.h"
#include "loadgen/kafka/failure.h"
#include "loadgen/kafka/patience.h"
#include "loadgen/kafka/reader.h"
#include "loadgen/kafka/records.h"
#include "loadgen/load/generator.h"
#include "loadgen/measure/process_cpu.h"
#include "loadgen/measure/tally.h"
#include "loadgen/run/make_generator.h"
#include "loadgen/run/own_limits.h"
#include "loadgen/timing/run_clock.h"
#include "loadgen/units/wall_clock.h"
#include "loadgen/verify/run_file.h"
#include "loadgen/verify/verify_run.h"

namespace loadgen::run {

namespace {

using namespace std::chrono_literals;

std::optional<std::int64_t> find_server(const plan::run_plan& plan, const settings& how) {
  if (how.server_pid) return how.server_pid;
  const bool local = plan.host == "127.0.0.1" || plan.host == "localhost" || plan.host == "::1";
  if (!local || plan.port.empty()) return {};
  return measure::listener_on(static_cast<std::uint16_t>(std::stoul(plan.port)));
}

void watch(load::generator& source, result& into, watcher& onlooker, const std::atomic<bool>& interrupt) {
  timing::steady::time_point next = timing::steady::now() + 1s;
  measure::tally counted;
  const auto end_interval = [&](timing::steady::time_point now) {
    counted.clear();
    source.collect(counted);
    into.course.add(counted, now);
    onlooker.on_second(into.course);
  };
  while (!source.finished()) {
    std::this_thread::sleep_for(10ms);
    if (interrupt && !into.interrupted) {
      into.interrupted = true;
      source.stop();
    }
    const auto now = timing::steady::now();
    if (now < next) continue;
    end_interval(now);
    next += 1s;
  }
  end_interval(timing::steady::now());
  onlooker.on_end();
}

verify::run_record make_record(const plan::run_plan& plan, const result& done,
                               std::vector<kafka::partition_span> before, std::vector<answers::stream_record> streams) {
  verify::run_record record;
  record.run = plan.run_text;
  record.topic = plan.topic;
  record.target = plan.target;
  record.started = done.started;
  record.aggregates = plan.aggregates;
  record.keyed = plan.keyed;
  record.before = std::move(before);
  record.streams = std::move(streams);
  return record;
}

void send(const plan::run_plan& plan, load::generator& source, watcher& onlooker, const std::atomic<bool>& interrupt,
          result& into) {
  const auto start = timing::steady::now() + 10ms;
  into.course.begin(start);
  source.start({start, start + plan.duration, start + plan.duration + plan.drain});
  watch(source, into, onlooker, interrupt);
  into.busiest_thread = source.busiest_thread();
  note_own_limits(plan, into);
  into.remarks = remarks_on(plan, into);
}

/// A disk that is full costs the file, not the verification.
void write_run_file(const verify::run_record& record, const std::string& path, result& into) {
  try {
    verify::save(record, path);
    into.run_file = path;
  } catch (const std::runtime_error& error) {
    into.run_file_error = error.what();
  }
}

void read_back(const plan::run_plan& plan, const settings& how, const verify::run_record& record, watcher& onlooker,
               result& into) {
  verify::options options;
  options.kafka = how.verify_kafka;
  options.expect_all = how.expect_all;
  options.settle = how.settle;
  options.kafka_properties = plan.kafka_properties;
  // Not interrupted: a user who ends the load early still wants to know the fate of the events sent until then.
  options.patience = {plan.kafka_wait, [&](const std::string& what) { onlooker.on_wait(what); }};
  options.progress = [&](double share) { onlooker.on_verified(share); };
  try {
    into.verification = verify::verify_run(record, options);
  } catch (const kafka::failure& failure) {
    into.verify_error = failure.what();
  }
  onlooker.on_end();
}

}  // namespace

result execute(const plan::run_plan& plan, const settings& how, watcher& onlooker, const std::atomic<bool>& interrupt) {
  result done(plan, find_server(plan, how));
  done.started = units::wall_clock_text(std::chrono::system_clock::now());
  const kafka::patience patience{plan.kafka_wait, [&](const std::string& what) { onlooker.on_wait(what); },
                                 [&] { return interrupt.load(); }};
  std::vector<kafka::partition_span> before;
  if (!how.verify_kafka.empty()) {
    before = kafka::reader(how.verify_kafka, plan.topic, plan.kafka_properties, patience).spans();
  }
  const std::unique_ptr<load::generator> source = make_generator(plan, patience);
  send(plan, *source, onlooker, interrupt, done);
  const verify::run_record record = make_record(plan, done, std::move(before), source->take_records());
  if (!how.run_file.empty()) write_run_file(record, how.run_file, done);
  if (!how.verify_kafka.empty()) read_back(plan, how, record, onlooker, done);
  return done;
}

}  // namespace loadgen::run
