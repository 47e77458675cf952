// headgate: reads the command line and the configuration, then runs the app. Everything printed before the log exists
// is printed here.
#include <malloc.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/app/application.h"
#include "gateway/app/build_info.h"
#include "gateway/app/check.h"
#include "gateway/app/check_auth.h"
#include "gateway/app/check_peers.h"
#include "gateway/app/check_rights.h"
#include "gateway/app/check_store.h"
#include "gateway/app/check_tls.h"
#include "gateway/app/key_command.h"
#include "gateway/config/command_line.h"
#include "gateway/config/finalize.h"
#include "gateway/config/load.h"
#include "gateway/config/render.h"
#include "metrics/log.h"

namespace {

using gateway::config::command;
using gateway::config::config_error;
using gateway::config::settings;

constexpr int cannot_start = 1;

std::string all_of(const std::vector<config_error>& errors) {
  std::string lines;
  for (const config_error& e : errors) lines += (lines.empty() ? "" : "\n") + e.text();
  return lines;
}

boost::system::result<settings, std::string> read(const command& from) {
  auto finished = finalize(load(from));
  if (!finished) return all_of(finished.error());
  return std::move(*finished);
}

int show(const std::string& text) {
  std::cout << text;
  return 0;
}

int fail(const std::string& text) {
  std::cerr << text << '\n';
  return cannot_start;
}

int check(const command& from, const gateway::config::draft& written, const settings& checked) {
  metrics::log_options nowhere;
  nowhere.to = [](std::string_view) {};  // what is wrong is told once, below
  const metrics::log silent(std::move(nowhere));
  bool is_fit = true;
  const auto tell = [&is_fit](const auto& findings) {
    for (const auto& each : findings) {
      std::cerr << (each.is_fatal ? "" : "warning: ") << each.text << '\n';
      is_fit = is_fit && !each.is_fatal;
    }
  };
  for (const std::string& line : gateway::app::check_secrets(written, from.file))
    std::cerr << "warning: " << line << '\n';
  tell(gateway::app::check_auth(checked));
  tell(gateway::app::check_tls(checked, std::chrono::system_clock::now()));
  tell(gateway::app::check_peers(checked));
  tell(gateway::app::check_rights(checked));
  tell(gateway::app::check_kafka(checked));
  if (is_fit) tell(gateway::app::check_store(checked));
  if (!is_fit) return cannot_start;
  const auto& kafka = checked.kafka;
  return show("headgate: the configuration is right and Kafka answers\nheadgate: publisher in force: " +
              std::string(kafka.is_direct ? "direct"
                          : kafka.librdkafka_for.empty()
                              ? "librdkafka"
                              : "librdkafka, which alone honours kafka.properties." + kafka.librdkafka_for) +
              "\n");
}

// librdkafka frees a request's buffers on one thread while the next ones are made on another. glibc would give that
// memory back to the kernel and fault it in again, thousands of times a second: about 5 % of an event's CPU.
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

int run(const command& from, settings finished) {
  keep_freed_memory();
  metrics::log_options options;
  options.format = finished.log.as == gateway::config::log_settings::format::json ? metrics::log_format::json
                                                                                  : metrics::log_format::text;
  options.level = metrics::parse_log_level(finished.log.level).value_or(metrics::log_level::info);
  const metrics::log log(std::move(options));
  gateway::app::application app(std::move(finished), [from] { return read(from); });
  return app.run();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL: a peer that has gone is an error of the write
  const auto parsed = gateway::config::parse_command_line(argc, argv);
  if (!parsed) {
    std::cerr << parsed.error().text << '\n';
    return gateway::config::usage_error::exit_code;
  }
  using action = command::action;
  if (parsed->what == action::help) return show(gateway::config::help_text());
  if (parsed->what == action::version) return show(gateway::app::build_info::text());
  if (parsed->what == action::show_options) return show(gateway::config::render_options());

  if (parsed->what == action::key_new || parsed->what == action::key_list || parsed->what == action::key_revoke)
    return gateway::app::run_key_command(*parsed);

  const auto draft = load(*parsed);
  auto finished = finalize(draft);
  if (!finished) return fail(all_of(finished.error()));
  switch (parsed->what) {
    case action::show_config: return show(render_effective(draft, *finished));
    case action::check: return check(*parsed, draft, *finished);
    default: return run(*parsed, std::move(*finished));
  }
}
