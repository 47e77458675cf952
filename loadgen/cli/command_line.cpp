#include "loadgen/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

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
      1 something is wrong: it says what      2 the command line cannot be meant)";

void add_target(CLI::App& app, plan::run_options& run) {
  app.add_option("--target", run.target,
                 "Where to send: http://HOST:PORT, tcp://HOST:PORT (frames), lines://HOST:PORT, "
                 "kafka://HOST:PORT,... (straight to Kafka, the baseline)")
      ->capture_default_str();
  app.add_option("--topic", run.topic, "The topic the events go to; it must exist")->required();
  app.add_option("--protocol", run.protocol, "http, tcp, lines or kafka; by default as the target begins");
  app.add_option("--query", run.query, "Added to each request's query, e.g. ack=none or timeout_ms=500");
}

void add_load(CLI::App& app, plan::run_options& run) {
  app.add_option("--size", run.size, "Bytes of an event: 256, 100-1024 (uniform) or 256:90,4096:10 (weighted)")
      ->capture_default_str()
      ->group("Events");
  app.add_option("--aggregates", run.aggregates, "Different aggregate ids; events of one keep their order")
      ->capture_default_str()
      ->group("Events");
  app.add_option("--skew", run.skew, "How events spread over aggregates: uniform or zipf:1.0")
      ->capture_default_str()
      ->group("Events");
  app.add_option(
         "--template", run.template_file,
         "Your own events, one a line, with {{mark}} (required: proves the event), {{aggregate}}, {{timestamp}}")
      ->group("Events");
  app.add_option(
         "--replay", run.replay_file,
         "Send this NDJSON file's events at their own times (member timestamp, time or ts), each with a mark added")
      ->group("Events");
  app.add_option("--speed", run.speed, "Replay this many times faster; 0: as fast as answers come")
      ->capture_default_str()
      ->group("Events");
  app.add_option("--seed", run.seed, "The same seed makes the same events")->capture_default_str()->group("Events");
  app.add_option("--batch", run.batch, "Events a request")->capture_default_str()->group("Requests");
  app.add_option("--connections", run.connections,
                 "Connections; each carries its own aggregates, one request at a time")
      ->capture_default_str()
      ->group("Requests");
  app.add_option("--pipeline", run.pipeline, "Requests on the way on one connection (default 1; tcp: 8)")
      ->group("Requests");
  app.add_option("--threads", run.threads, "Threads (default: half the cores)")->group("Requests");
  app.add_option("--format", run.format, "Body: ndjson, or json (default for --batch 1)")->group("Requests");
  app.add_option("--encoding", run.encoding, "Body compression: identity, gzip, zstd or lz4")
      ->capture_default_str()
      ->group("Requests");
  app.add_option("--timeout", run.timeout, "An answer later than this counts as none")
      ->capture_default_str()
      ->group("Requests");
  app.add_option("--retry", run.retry,
                 "Send again: none; safe (only what was answered as not taken); all (also what nobody answered for: "
                 "may duplicate)")
      ->capture_default_str()
      ->group("Requests");
  app.add_option("--on-busy", run.on_busy, "429 and 503: wait (as Retry-After says) or count (as a refusal, at once)")
      ->capture_default_str()
      ->group("Requests");
  app.add_option("--kafka-property", run.kafka_properties,
                 "name=value for librdkafka, may repeat (kafka:// and --verify)")
      ->group("Requests");
}

void add_length(CLI::App& app, plan::run_options& run) {
  app.add_option("--rate", run.rate,
                 "Events a second: 50000; steps 1000:5s,5000:10s; ramp 1000..50000:30s. Sent on time whether answers "
                 "come or not, latency measured from the intended time. max: closed loop, as fast as answers come")
      ->capture_default_str();
  app.add_option("--burst", run.burst, "Send this many events at once, then pause to keep the rate");
  app.add_option("--duration", run.duration, "How long to send (default 10s, or as long as --rate says)");
  app.add_option("--events", run.events, "How many events to send, exactly");
  app.add_option("--drain", run.drain, "How long after that to go on sending what was due, when answers were slow")
      ->capture_default_str();
}

void add_outputs(CLI::App& app, output_options& output) {
  app.add_option("--json", output.json, "Write the result for machines to this file (- for stdout)")->group("Output");
  app.add_option("--html", output.html, "Write a report with plots to this file; needs no network to look at")
      ->group("Output");
  app.add_flag("--quiet", output.quiet, "No progress while running")->group("Output");
}

void add_verification(CLI::App& app, command_line& line) {
  app.add_flag("--expect-all", line.expect_all,
               "Count events without a promise (lines, ack=none) as acked: missing ones are lost")
      ->group("Verification");
  app.add_option("--settle", line.settle,
                 "When some events were never answered: wait until the topic is still this long")
      ->capture_default_str()
      ->group("Verification");
}

CLI::App* add_run(CLI::App& app, command_line& line) {
  CLI::App* const run = app.add_subcommand("run", "Send events at a rate, time the answers, verify from Kafka");
  add_target(*run, line.run);
  add_length(*run, line.run);
  add_load(*run, line.run);
  run->add_option("--verify", line.run.verify, "Kafka HOST:PORT to read the events back from")->group("Verification");
  add_verification(*run, line);
  run->add_option("--run-file", line.run.run_file,
                  "Where to keep what `verify` needs later (default ./headgate-run-<id>.hgrun, - for none)")
      ->group("Verification");
  run->add_option("--server-pid", line.server_pid, "Whose CPU to measure (default: who listens on the local port)")
      ->group("Output");
  add_outputs(*run, line.output);
  run->footer(first_steps);
  return run;
}

CLI::App* add_capacity(CLI::App& app, command_line& line) {
  CLI::App* const capacity = app.add_subcommand("capacity", "Find the highest rate held within an objective");
  add_target(*capacity, line.run);
  capacity
      ->add_option("--slo", line.slo,
                   "All of these must hold: p50=, p99=, p99.9=, max= (latency from the intended "
                   "send time), errors= (share not acked in time; default 0)")
      ->capture_default_str();
  capacity->add_option("--step", line.step, "How long each rate is held")->capture_default_str();
  capacity->add_option("--repeats", line.repeats, "Runs that must all hold at the answer")->capture_default_str();
  capacity->add_option("--rate-max", line.rate_max, "Never ask for more events a second than this");
  add_load(*capacity, line.run);
  capacity->add_option("--verify", line.run.verify, "Kafka HOST:PORT: also verify every measurement from there")
      ->group("Verification");
  capacity->add_option("--server-pid", line.server_pid, "Whose CPU to measure (default: who listens on the local port)")
      ->group("Output");
  add_outputs(*capacity, line.output);
  return capacity;
}

CLI::App* add_verify(CLI::App& app, command_line& line) {
  CLI::App* const verify = app.add_subcommand("verify", "Read a run's events back from Kafka and compare");
  verify->add_option("--kafka", line.kafka, "Kafka HOST:PORT,...")->required();
  verify->add_option("--topic", line.run.topic, "Another topic than the run's (then read from its beginning)");
  verify->add_option("--run", line.run_id, "The run's id: reads ./headgate-run-<id>.hgrun");
  verify->add_option("--run-file", line.run.run_file, "The run's file, from wherever the run was started");
  verify->add_flag("--from-beginning", line.from_beginning,
                   "Read the whole topic, not only what came after the run began");
  verify->add_option("--kafka-property", line.run.kafka_properties, "name=value for librdkafka, may repeat");
  add_verification(*verify, line);
  verify->add_option("--json", line.output.json, "Write the result for machines to this file (- for stdout)");
  verify->add_flag("--quiet", line.output.quiet, "No progress while reading");
  return verify;
}

}  // namespace

std::optional<command_line> read_command_line(int argc, const char* const* argv, int& exit_code) {
  command_line line;
  CLI::App app(about, "headgate-loadgen");
  app.footer(first_steps);
  app.require_subcommand(1);
  app.set_version_flag("--version", "headgate-loadgen " LOADGEN_VERSION);
  add_run(app, line);
  const CLI::App* const capacity = add_capacity(app, line);
  const CLI::App* const verify = add_verify(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    exit_code = asked ? 0 : 2;
    app.exit(error, std::cout, std::cerr);
    return std::nullopt;
  }
  if (verify->parsed()) line.what = command::verify;
  if (capacity->parsed()) line.what = command::capacity;
  return line;
}

}  // namespace loadgen::cli
