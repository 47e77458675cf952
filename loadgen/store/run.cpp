#include "loadgen/store/run.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "loadgen/kafka/failure.h"
#include "loadgen/kafka/reader.h"
#include "loadgen/measure/process_cpu.h"
#include "loadgen/store/history/history_file.h"
#include "loadgen/units/wall_clock.h"

namespace loadgen::store {

namespace {

using kafka::partition_span;

constexpr std::size_t version_header = 0, id_header = 1;  // places among the headers that are asked for

std::optional<std::chrono::nanoseconds> cpu_of_servers(const load::load_plan& plan) {
  std::chrono::nanoseconds all{};
  for (const load::instance_address& each : plan.instances) {
    const auto pid = measure::listener_on(static_cast<std::uint16_t>(std::stoul(each.port)));
    const auto used = pid ? measure::cpu_of(*pid) : std::nullopt;
    if (!used) return std::nullopt;
    all += *used;
  }
  return all;
}

check::report read_back(kafka::reader& from, const std::vector<partition_span>& before,
                        const history::recorded& history, std::chrono::nanoseconds settle) {
  std::vector<partition_span> spans = from.settled_spans(settle);
  for (partition_span& span : spans) {
    for (const partition_span& then : before) {
      if (then.partition == span.partition) span.first = std::max(span.first, then.end);
    }
  }
  check::checker judge(history);
  const auto take = [&](const kafka::record_view& record) {
    judge.add({record.partition, record.offset, record.key, record.value, record.headers[version_header],
               record.headers[id_header]});
  };
  from.read(spans, take, {});
  return judge.finish();
}

void keep_history(const load::load_plan& plan, const std::string& asked, result& into) {
  const bool is_wrong = !into.verdict || !into.verdict->sound();
  if (asked == "-" || (asked.empty() && !is_wrong)) return;
  const std::string path = asked.empty() ? history::default_history_file(plan.run) : asked;
  try {
    history::save(into.load.history, plan.topic, path);
    into.history_file = path;
  } catch (const std::runtime_error& error) {
    into.history_error = error.what();
  }
}

}  // namespace

result execute(const load::load_plan& plan, const store_settings& how, const teller& say,
               const std::atomic<bool>& interrupt) {
  result done;
  done.started = units::wall_clock_text(std::chrono::system_clock::now());
  kafka::reader reader(how.kafka, plan.topic, how.kafka_properties, {how.kafka_wait, say});
  reader.want_headers({"aggregate-version", "event-id"});
  const std::vector<partition_span> before = reader.spans();
  const auto cpu_before = cpu_of_servers(plan);
  done.load = load::run(plan, interrupt);
  const auto cpu_after = cpu_of_servers(plan);
  if (cpu_before && cpu_after && *cpu_after >= *cpu_before) done.server_cpu = *cpu_after - *cpu_before;
  done.interrupted = interrupt;
  try {
    done.verdict = read_back(reader, before, done.load.history, how.settle);
  } catch (const kafka::failure& failure) {
    done.verify_error = failure.what();
  }
  keep_history(plan, how.history, done);
  return done;
}

}  // namespace loadgen::store
