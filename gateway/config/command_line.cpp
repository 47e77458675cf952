#include "gateway/config/command_line.h"

#include <CLI/CLI.hpp>
#include <array>
#include <utility>

#include "gateway/config/auth_options.h"
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
  std::vector<std::string> known = {"--config", "--set", "--help", "--version", "check", "config", "key"};
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

/// The values that CLI11 fills in.
struct typed {
  std::string file;
  std::array<std::string, flags.size()> texts;
  std::vector<std::string> assignments;
  bool version = false;
  bool help = false;
  bool options = false;
  std::string key_file, key_tenant, key_note, key_id;
};

void declare_keys(CLI::App& app, typed& to) {
  CLI::App* key = app.add_subcommand("key");
  for (const char* name : {"new", "list", "revoke"}) {
    CLI::App* sub = key->add_subcommand(name);
    sub->set_help_flag();
    sub->fallthrough();
  }
  key->set_help_flag();
  key->fallthrough();
  key->require_subcommand(0, 1);
  key->add_option("--file", to.key_file);
  key->get_subcommand("new")->add_option("--tenant", to.key_tenant);
  key->get_subcommand("new")->add_option("--note", to.key_note);
  key->get_subcommand("revoke")->add_option("id", to.key_id);
}

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
  declare_keys(app, to);
}

command::action action_of(const CLI::App& app, const typed& t) {
  using action = command::action;
  if (t.help) return action::help;
  if (t.version) return action::version;
  if (app.got_subcommand("check")) return action::check;
  if (app.got_subcommand("config")) return t.options ? action::show_options : action::show_config;
  if (app.got_subcommand("key")) {
    const CLI::App* key = app.get_subcommand("key");
    return key->got_subcommand("new")    ? action::key_new
           : key->got_subcommand("list") ? action::key_list
                                         : action::key_revoke;
  }
  return action::run;
}

/// Returns what is missing of `headgate key ..`; empty: nothing.
std::string wrong_with_key(const CLI::App& app, const typed& t) {
  if (!app.got_subcommand("key")) return {};
  const CLI::App* key = app.get_subcommand("key");
  if (key->get_subcommands().empty()) return "key takes new, list or revoke";
  if (key->got_subcommand("new") && !is_tenant_name(t.key_tenant))
    return "key new needs --tenant NAME: 1 to 64 letters, digits, '.', '_' and '-'";
  if (key->got_subcommand("revoke") && t.key_id.empty())
    return "key revoke needs the key's id: headgate key list shows them";
  return {};
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

  if (const std::string wrong = wrong_with_key(app, t); !wrong.empty() && !t.help) return usage_error{with_hint(wrong)};

  command out;
  out.what = action_of(app, t);
  if (!t.key_file.empty()) out.key.file = t.key_file;
  out.key.tenant = t.key_tenant;
  out.key.note = t.key_note;
  out.key.id = t.key_id;
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
  headgate key new --tenant NAME         a new API key, printed once; [--note TEXT] [--file FILE], else auth.api_keys.file
  headgate key list                      ids, tenants and dates of the keys there are
  headgate key revoke ID                 that key is refused from now on; a running gateway needs no restart

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
