#include "gateway/config/command_line.h"

#include <CLI/CLI.hpp>
#include <array>
#include <utility>

#include "gateway/config/suggest.h"
#include "gateway/config/values.h"

namespace gateway::config {
namespace {

struct flag {
  const char* name;
  const char* path;
};
constexpr std::array<flag, 6> flags{{{"--kafka", "kafka.bootstrap"},
                                     {"--http", "listen.http"},
                                     {"--tcp", "listen.tcp"},
                                     {"--lines", "listen.lines"},
                                     {"--lines-topic", "listen.lines_topic"},
                                     {"--admin", "listen.admin"}}};

std::string with_hint(std::string what) { return "headgate: " + std::move(what) + "\nTry: headgate --help"; }

/// CLI11 names only the argument it did not expect; we know what it may have meant.
std::string unexpected(const std::vector<std::string>& arguments) {
  std::string text = "unexpected argument '" + (arguments.empty() ? std::string() : arguments.front()) + "'";
  std::vector<std::string> known = {"--config", "--set", "--help", "--version", "check", "config"};
  for (const flag& f : flags) known.emplace_back(f.name);
  const std::string near = arguments.empty() ? std::string() : nearest(arguments.front(), known);
  return near.empty() ? text : text + "; did you mean " + near + "?";
}

/// "limits.body_bytes_max=1MiB" -> path and text.
std::optional<command::value> split_set(const std::string& assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return command::value{assignment.substr(0, equals), assignment.substr(equals + 1), "--set"};
}

}  // namespace

boost::system::result<command, usage_error> parse_command_line(int argc, const char* const* argv) {
  command out;
  bool version = false;
  bool help = false;
  bool options = false;
  std::string file;
  std::array<std::string, flags.size()> texts;
  std::vector<std::string> assignments;

  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  app.require_subcommand(0, 1);
  app.add_flag("-h,--help", help);
  app.add_flag("--version", version);
  const CLI::Option* config = app.add_option("--config,-c", file);
  std::array<const CLI::Option*, flags.size()> given{};
  for (std::size_t i = 0; i < flags.size(); ++i) given[i] = app.add_option(flags[i].name, texts[i]);
  app.add_option("--set", assignments)->type_size(1)->allow_extra_args(false)->take_all();
  CLI::App* check = app.add_subcommand("check");
  CLI::App* show = app.add_subcommand("config");
  show->add_flag("--options", options);
  for (CLI::App* sub : {check, show}) {
    sub->set_help_flag();
    sub->fallthrough();
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::Error& wrong) {
    return usage_error{with_hint(wrong.what())};
  }
  if (const auto extra = app.remaining(true); !extra.empty() && !help) return usage_error{with_hint(unexpected(extra))};

  using action = command::action;
  if (*check) out.what = action::check;
  if (*show) out.what = options ? action::show_options : action::show_config;
  if (version) out.what = action::version;
  if (help) out.what = action::help;
  if (config->count() > 0) out.file = file;
  for (std::size_t i = 0; i < flags.size(); ++i)
    if (given[i]->count() > 0) out.values.push_back({flags[i].path, texts[i], flags[i].name});
  for (const std::string& assignment : assignments) {
    auto value = split_set(assignment);
    if (!value)
      return usage_error{with_hint("--set takes KEY=VALUE, like --set batch.linger=2ms; got '" + assignment + "'")};
    out.values.push_back(*std::move(value));
  }
  return out;
}

std::string help_text() {
  const settings by_default;
  return "Headgate takes events over HTTP and TCP, writes them to Kafka, and tells the truth about each one.\n"
         "\n"
         "  headgate --kafka HOST:PORT,...            run; this alone is a working gateway for every topic that "
         "exists\n"
         "  headgate --config FILE                    run as the file says (deploy/headgate.example.yaml has every "
         "option)\n"
         "  headgate check --config FILE              read it, reach Kafka, name everything that is wrong; exit 0 or "
         "1\n"
         "  headgate config [--config FILE] [...]     the effective configuration, and where each value comes from\n"
         "  headgate config --options                 every option: what it takes, its default, what it does\n"
         "\n"
         "  --config FILE         YAML. Without it: the file the environment variable HEADGATE_CONFIG names, if set\n"
         "  --kafka HOST:PORT,..  brokers to begin with                             (kafka.bootstrap)\n"
         "  --http ADDR:PORT      HTTP, or `off`; default " +
         format_endpoint(by_default.http) +
         "             (listen.http)\n"
         "  --tcp ADDR:PORT       binary frames, or `off`; default " +
         format_endpoint(by_default.tcp) +
         "    (listen.tcp)\n"
         "  --lines ADDR:PORT     newline-delimited events, no answers; default off (listen.lines)\n"
         "  --lines-topic TOPIC   where those go                                    (listen.lines_topic)\n"
         "  --admin ADDR:PORT     metrics and status page; default " +
         format_endpoint(by_default.admin) +
         "    (listen.admin)\n"
         "  --set KEY=VALUE       any option by its path, as often as needed: --set limits.in_flight_bytes_max=256MiB\n"
         "  --version             version, commit, and the libraries it runs with\n"
         "\n"
         "Port 0 picks a free one. IPv6 goes in brackets: [::1]:8080. What the command line says wins over the file.\n"
         "SIGTERM drains and exits 0; SIGHUP reads the configuration again. Exit codes: 0 all settled, 1 cannot "
         "start,\n"
         "2 usage, 4 stopped with events unsettled.\n"
         "\n"
         "Try it:\n"
         "  headgate --kafka 127.0.0.1:9092\n"
         "  curl -d '{\"aggregateId\":\"order-1\",\"type\":\"OrderPlaced\"}' -H 'Content-Type: application/json' \\\n"
         "       http://127.0.0.1:8080/v1/topics/orders/events\n";
}

}  // namespace gateway::config
