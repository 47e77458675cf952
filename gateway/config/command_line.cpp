#include "gateway/config/command_line.h"

#include <CLI/CLI.hpp>
#include <array>
#include <utility>

#include "gateway/config/suggest.h"

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

/// What CLI11 fills in.
struct typed {
  std::string file;
  std::array<std::string, flags.size()> texts;
  std::vector<std::string> assignments;
  bool version = false;
  bool help = false;
  bool options = false;
};

/// Flags may stand on either side of the subcommand.
void declare(CLI::App& app, typed& to) {
  app.set_help_flag();
  app.allow_extras();
  app.require_subcommand(0, 1);
  app.add_flag("-h,--help", to.help);
  app.add_flag("--version", to.version);
  app.add_option("-c,--config", to.file);
  for (std::size_t i = 0; i < flags.size(); ++i) app.add_option(flags[i].name, to.texts[i]);
  app.add_option("--set", to.assignments)->type_size(1)->allow_extra_args(false)->take_all();
  for (const char* name : {"check", "config"}) {
    CLI::App* sub = app.add_subcommand(name);
    sub->set_help_flag();
    sub->fallthrough();
  }
  app.get_subcommand("config")->add_flag("--options", to.options);
}

command::action action_of(const CLI::App& app, const typed& t) {
  using action = command::action;
  if (t.help) return action::help;
  if (t.version) return action::version;
  if (app.got_subcommand("check")) return action::check;
  if (app.got_subcommand("config")) return t.options ? action::show_options : action::show_config;
  return action::run;
}

}  // namespace

boost::system::result<command, usage_error> parse_command_line(int argc, const char* const* argv) {
  CLI::App app;
  typed t;
  declare(app, t);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Error& wrong) {
    return usage_error{with_hint(wrong.what())};
  }
  if (const auto extra = app.remaining(true); !extra.empty() && !t.help)
    return usage_error{with_hint(unexpected(extra))};

  command out;
  out.what = action_of(app, t);
  if (app.count("--config") > 0) out.file = t.file;
  for (std::size_t i = 0; i < flags.size(); ++i)
    if (app.count(flags[i].name) > 0) out.values.push_back({flags[i].path, t.texts[i], flags[i].name});
  for (const std::string& assignment : t.assignments) {
    auto value = split_set(assignment);
    if (!value)
      return usage_error{with_hint("--set takes KEY=VALUE, like --set batch.linger=2ms; got '" + assignment + "'")};
    out.values.push_back(*std::move(value));
  }
  return out;
}

// A test compares the addresses with the defaults of the option table.
std::string help_text() {
  return R"(Headgate takes events over HTTP and TCP, writes them to Kafka, and tells the truth about each one.

  headgate --kafka HOST:PORT,...         run; this alone is a working gateway for every topic that exists
  headgate --config FILE                 run as the file says; deploy/headgate.example.yaml has every option
  headgate check --config FILE           read it, reach Kafka, name everything that is wrong; exit 0 or 1
  headgate config [--config FILE] [...]  the effective configuration, and where each value comes from
  headgate config --options              every option: what it takes, its default, what it does

  --config FILE         YAML; without it, the file that the environment variable HEADGATE_CONFIG names, if set
  --kafka HOST:PORT,..  brokers to begin with                                  (kafka.bootstrap)
  --http ADDR:PORT      HTTP, or off; default 127.0.0.1:8080                   (listen.http)
  --tcp ADDR:PORT       binary frames, or off; default 127.0.0.1:7070          (listen.tcp)
  --lines ADDR:PORT     newline-delimited events, no answers; default off      (listen.lines)
  --lines-topic TOPIC   where those go                                         (listen.lines_topic)
  --admin ADDR:PORT     metrics and status page, or off; default 127.0.0.1:9464  (listen.admin)
  --set KEY=VALUE       any option by its path: --set limits.in_flight_bytes_max=256MiB; may be repeated
  --version             version, commit, and the libraries it runs with

Port 0 picks a free one. IPv6 goes in brackets: [::1]:8080. What the command line says wins over the file.
SIGTERM drains and exits; SIGHUP reads the configuration again. Exit codes: 0 all settled, 1 cannot start,
2 usage, 4 stopped with events unsettled.

Try it:
  headgate --kafka 127.0.0.1:9092
  curl -d '{"aggregateId":"order-1","type":"OrderPlaced"}' -H 'Content-Type: application/json' \
       http://127.0.0.1:8080/v1/topics/orders/events
)";
}

}  // namespace gateway::config
