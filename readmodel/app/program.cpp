#include "readmodel/app/program.h"

#include <chrono>
#include <csignal>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>

#include "metrics/log.h"
#include "readmodel/app/commands.h"

namespace readmodel::app {

namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t signals_seen = 0;

extern "C" void note_signal(int) { signals_seen = signals_seen + 1; }

// The first signal ends in good order; the second, or the drain's time, ends at once.
void watch_signals(const std::stop_token& done, std::stop_source soft, std::stop_source hard,
                   std::chrono::seconds drain) {
  std::chrono::steady_clock::time_point since{};
  while (!done.stop_requested()) {
    if (signals_seen > 0 && !soft.stop_requested()) {
      since = std::chrono::steady_clock::now();
      soft.request_stop();
    }
    if (signals_seen > 1 || (soft.stop_requested() && std::chrono::steady_clock::now() - since > drain))
      hard.request_stop();
    std::this_thread::sleep_for(50ms);
  }
}

int carry_out(const job& what) {
  switch (what.line->what) {
    case command::none: return what.line->exit_code;
    case command::run: return run(what);
    case command::rebuild: return rebuild(what);
    case command::verify: return verify(what);
    case command::status: return status(what);
    case command::switch_to: return switch_to(what);
    case command::drop: return drop(what);
  }
  return 2;
}

}  // namespace

int run_program(int argc, char** argv, std::string_view name,
                const std::vector<std::unique_ptr<fold::projection>>& projections) {
  std::vector<const fold::projection*> all;
  for (const auto& one : projections) all.push_back(one.get());
  const options line = read_options(argc, argv, name, all);
  if (line.what == command::none) return line.exit_code;
  const auto with = make_settings(line);
  if (!with) {
    std::cerr << with.error() << '\n';
    return 2;
  }
  fold::projection* how = nullptr;
  for (const auto& one : projections)
    if (one->name == line.projection) how = one.get();
  how->on_poison = line.poison == "skip" ? fold::poison_rule::skip : fold::poison_rule::fence;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, note_signal);
  std::signal(SIGTERM, note_signal);
  metrics::log log({});
  std::stop_source soft, hard;
  const std::jthread watcher([&](const std::stop_token& done) {
    watch_signals(done, soft, hard, std::chrono::seconds(line.drain_seconds_max));
  });
  return carry_out({&line, &*with, how, soft.get_token(), hard.get_token()});
}

}  // namespace readmodel::app
