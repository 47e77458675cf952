#include "loadgen/cli/command_line.h"

#include <CLI/CLI.hpp>

#include <array>
#include <ostream>
#include <utility>

namespace loadgen::cli {

namespace {

constexpr const char* about =
    "Drives a Kafka ingestion gateway with load, honestly timed, and proves from Kafka itself what became of every "
    "event.";

constexpr const char* first_steps = R"(
First steps:
  a smoke test: a thousand events, then read back from Kafka; exit code 0 means all are there, once, in order
    headgate-loadgen run --topic events --events 1000 --rate 500 --verify 127.0.0.1:9092
  what users would see at 20,000 events a second for a minute, with a report to look at
    headgate-loadgen run --topic events --rate 20000 --duration 1m --verify 127.0.0.1:9092 --html report.html
  the highest rate that still answers 99 % within 50 ms
    headgate-loadgen capacity --topic events --slo p99=50ms,errors=0

Exit: 0 all that was acked is in Kafka, once, unaltered, in order (without --verify: events were acked)
      1 something is wrong: it says what      2 the command line cannot be used)";

CLI::Option* add(CLI::App& app, const char* name, std::string& into, const char* help, const char* group) {
  CLI::Option* const option = app.add_option(name, into, help)->group(group);
  return into.empty() ? option : option->capture_default_str();
}

/// `into` becomes "true", or what is written behind an equals sign.
void add_flag(CLI::App& app, const char* name, std::string& into, const char* help, const char* group) {
  app.add_flag(name, into, help)->group(group);
}

void add_target(CLI::App& app, plan::run_options& run) {
  constexpr const char* group = "Target";
  add(app, "--target", run.target,
      "The target: http://HOST:PORT, tcp://HOST:PORT (frames), lines://HOST:PORT, kafka://HOST:PORT,... (straight "
      "to Kafka, the baseline)",
      group);
  add(app, "--topic", run.topic, "The topic the events go to; it must exist", group)->required();
  add(app, "--protocol", run.protocol, "http, tcp, lines or kafka (default: as the target begins)", group);
  add(app, "--query", run.query, "Added to the query of each request, as in ack=none or timeout_ms=500", group);
}

void add_length(CLI::App& app, plan::run_options& run) {
  constexpr const char* group = "Rate and length";
  add(app, "--rate", run.rate,
      "Events a second: 50000; steps 1000:5s,5000:10s; ramp 1000..50000:30s. Each request leaves on time whether "
      "answers "
      "come or not, and its latency counts from that time. max: closed loop, as fast as answers come",
      group);
  add(app, "--burst", run.burst, "Send this many events at once, then pause to keep the rate", group);
  add(app, "--duration", run.duration, "How long to send (default: 10s, or as long as --rate says)", group);
  add(app, "--events", run.events, "How many events to send, exactly", group);
  add(app, "--drain", run.drain, "When answers were slow: how long to go on with requests that were due by the end",
      group);
}

void add_events(CLI::App& app, plan::run_options& run) {
  constexpr const char* group = "Events";
  add(app, "--size", run.size, "Bytes of an event: 256, 100-1024 (uniform) or 256:90,4096:10 (weighted)", group);
  add(app, "--aggregates", run.aggregates, "Different aggregate ids; the events of one keep their order", group);
  add(app, "--skew", run.skew, "How events spread over aggregates: uniform or zipf:1.0", group);
  add(app, "--template", run.template_file,
      "Your own events, one a line, with {{mark}} (required: it proves the event), {{aggregate}}, {{timestamp}}",
      group);
  add(app, "--seed", run.seed, "The same seed makes the same events", group);
}

void add_replay(CLI::App& app, plan::run_options& run) {
  constexpr const char* group = "Events";
  add(app, "--replay", run.replay_file,
      "Send the events of this NDJSON file at their own times (member timestamp, time or ts), each with a mark added",
      group);
  add(app, "--speed", run.speed, "Replay this many times faster; 0: as fast as answers come", group);
}

void add_requests(CLI::App& app, plan::run_options& run) {
  constexpr const char* group = "Requests";
  add(app, "--batch", run.batch, "Events a request", group);
  add(app, "--connections", run.connections, "Connections; each sends the events of its own aggregates", group);
  add(app, "--pipeline", run.pipeline, "Requests on the way on one connection (default: 1; tcp: 8)", group);
  add(app, "--threads", run.threads, "Threads (default: half the cores)", group);
  add(app, "--format", run.format, "Body: ndjson, or json (default with --batch 1)", group);
  add(app, "--encoding", run.encoding, "Compression: identity, gzip, zstd or lz4", group);
  add(app, "--timeout", run.timeout, "An answer that comes later counts as none", group);
  add(app, "--retry", run.retry,
      "Send again: none; safe (only what was answered as not taken); all (also what nobody answered for, which may "
      "duplicate it)",
      group);
  add(app, "--on-busy", run.on_busy, "After 429 and 503: wait (as long as Retry-After says) or count (a refusal)",
      group);
}

void add_kafka(CLI::App& app, plan::run_options& run) {
  constexpr const char* group = "Kafka";
  app.add_option("--kafka-property", run.kafka_properties, "name=value for librdkafka; may repeat")->group(group);
  add(app, "--kafka-wait", run.kafka_wait,
      "How long to wait for what passes by itself: a topic just made, an election, brokers that restart", group);
}

void add_verification(CLI::App& app, command_line& line) {
  constexpr const char* group = "Verification";
  add_flag(app, "--expect-all", line.expect_all,
           "Events without a promise (lines, ack=none) count as acked: those missing are lost", group);
  add(app, "--settle", line.settle,
      "When some events were never answered: wait until the topic has been still for this long", group);
}

void add_outputs(CLI::App& app, command_line& line) {
  constexpr const char* group = "Output";
  add(app, "--server-pid", line.server_pid, "Whose CPU to measure (default: who listens on the target's port)", group);
  add(app, "--json", line.json, "Write the result for machines to this file (- for stdout)", group);
  add(app, "--html", line.html, "Write a report with plots to this file; looking at it needs no network", group);
  add_flag(app, "--quiet", line.quiet, "No progress while running", group);
}

CLI::App* add_run(CLI::App& app, command_line& line) {
  CLI::App* const run = app.add_subcommand("run", "Send events at a rate, time the answers, verify from Kafka");
  add_target(*run, line.run);
  add_length(*run, line.run);
  add_events(*run, line.run);
  add_replay(*run, line.run);
  add_requests(*run, line.run);
  add(*run, "--verify", line.verify, "Kafka HOST:PORT,... to read the events back from", "Verification");
  add_verification(*run, line);
  add(*run, "--run-file", line.run_file,
      "The file with what `verify` needs later (default: headgate-run-<id>.hgrun in $TMPDIR; - for none)",
      "Verification");
  add_kafka(*run, line.run);
  add_outputs(*run, line);
  run->footer(first_steps);
  return run;
}

CLI::App* add_capacity(CLI::App& app, command_line& line) {
  constexpr const char* group = "Search";
  CLI::App* const capacity = app.add_subcommand("capacity", "Find the highest rate held within an objective");
  add_target(*capacity, line.run);
  add(*capacity, "--slo", line.slo,
      "All of these must hold: p50=, p99=, p99.9=, max= (latency from the intended send time), errors= (share not "
      "acked "
      "in time; default 0)",
      group);
  add(*capacity, "--step", line.step, "How long each rate is held", group);
  add(*capacity, "--repeats", line.repeats, "Runs that must all hold at the answer", group);
  add(*capacity, "--rate-max", line.rate_max, "Never ask for more events a second than this", group);
  add_events(*capacity, line.run);
  add_requests(*capacity, line.run);
  add(*capacity, "--verify", line.verify, "Kafka HOST:PORT,... to verify every measurement from", "Verification");
  add_kafka(*capacity, line.run);
  add_outputs(*capacity, line);
  return capacity;
}

CLI::App* add_verify(CLI::App& app, command_line& line) {
  constexpr const char* group = "Run";
  CLI::App* const verify = app.add_subcommand("verify", "Read a run's events back from Kafka and compare");
  add(*verify, "--run", line.run_id, "The run's id: its file is headgate-run-<id>.hgrun in $TMPDIR", group);
  add(*verify, "--run-file", line.run_file, "The run's file, wherever it is", group);
  add(*verify, "--kafka", line.kafka, "Kafka HOST:PORT,...", "Kafka")->required();
  add(*verify, "--topic", line.run.topic, "Another topic than the run's (it is read from its beginning)", "Kafka");
  add_flag(*verify, "--from-beginning", line.from_beginning,
           "Read the whole topic, not only what came after the run began", "Kafka");
  add_kafka(*verify, line.run);
  add_verification(*verify, line);
  add(*verify, "--json", line.json, "Write the result for machines to this file (- for stdout)", "Output");
  add_flag(*verify, "--quiet", line.quiet, "No progress while reading", "Output");
  return verify;
}

void add_store_load(CLI::App& app, store::store_options& store) {
  constexpr const char* group = "Load";
  add(app, "--target", store.targets, "The instances of the gateway: http://HOST:PORT,...", group);
  add(app, "--topic", store.topic, "A topic of mode store; it must exist", group)->required();
  add(app, "--rate", store.rate, "Appends a second, as `run` takes it. max: each writer as fast as answers come",
      group);
  add(app, "--duration", store.duration, "How long to append (default: 10s, or as long as --rate says)", group);
  add(app, "--appends", store.appends, "End after so many appends", group);
  add(app, "--writers", store.writers, "Clients that read, decide and append", group);
  add(app, "--readers", store.readers, "Clients that read aggregates back", group);
  add(app, "--timeout", store.timeout, "An answer that comes later counts as none", group);
  add(app, "--patience", store.patience, "How long an append is sent again that is not settled", group);
}

void add_store_events(CLI::App& app, store::store_options& store) {
  constexpr const char* group = "Appends";
  add(app, "--aggregates", store.aggregates, "Different aggregates: the fewer, the more writers collide", group);
  add(app, "--skew", store.skew, "How appends spread over aggregates: uniform or zipf:1.0", group);
  add(app, "--size", store.size, "Bytes of an event, 160 at least", group);
  add(app, "--events", store.events, "Events of an append: from 1 to this", group);
  add(app, "--any", store.any, "Share of appends without an expected version", group);
  add(app, "--look", store.look,
      "Share of appends before which the aggregate is read; the others decide on what is known", group);
  add(app, "--careless", store.careless,
      "Share of appends that decide on what their writer knew last, whatever others have written: they collide", group);
  add(app, "--anywhere", store.anywhere, "Share of appends that go to any instance, not to the one that answered last",
      group);
  add(app, "--repeat", store.repeat, "Share of acked appends that are sent again, to be recognised", group);
  add(app, "--seed", store.seed, "The same seed draws the same appends", group);
}

CLI::App* add_store(CLI::App& app, command_line& line) {
  constexpr const char* group = "Verification";
  CLI::App* const command = app.add_subcommand(
      "store", "Append to an event store with expected versions, read back, and prove every answer from Kafka");
  add_store_load(*command, line.store);
  add_store_events(*command, line.store);
  add(*command, "--verify", line.store.kafka, "Kafka HOST:PORT,... to read the topic back from", group)->required();
  add(*command, "--settle", line.store.settle, "Read back once the topic has been still for this long", group);
  add(*command, "--history", line.store.history,
      "Write every append, attempt and read to this file (default: only when something is wrong, to "
      "headgate-store-<id>.ndjson in $TMPDIR; - for none)",
      group);
  add(*command, "--history-max", line.store.history_max, "Appends and reads that are kept; then the run ends", group);
  command->add_option("--kafka-property", line.store.kafka_properties, "name=value for librdkafka; may repeat")
      ->group(group);
  add(*command, "--kafka-wait", line.store.kafka_wait, "How long to wait for what passes by itself", group);
  add(*command, "--json", line.json, "Write the result for machines to this file (- for stdout)", "Output");
  return command;
}

}  // namespace

command_line read_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  command_line line;
  CLI::App app(about, "headgate-loadgen");
  app.footer(first_steps);
  app.require_subcommand(1);
  app.set_version_flag("--version", "headgate-loadgen " LOADGEN_VERSION);
  const std::array<std::pair<const CLI::App*, command>, 4> commands{{{add_run(app, line), command::run},
                                                                     {add_capacity(app, line), command::capacity},
                                                                     {add_verify(app, line), command::verify},
                                                                     {add_store(app, line), command::store}}};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    line.exit_code = asked ? 0 : 2;
    app.exit(error, out, err);
    return line;
  }
  for (const auto& [parsed, what] : commands) {
    if (parsed->parsed()) line.what = what;
  }
  return line;
}

}  // namespace loadgen::cli
