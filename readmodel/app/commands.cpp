#include "readmodel/app/commands.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>

#include "readmodel/app/progress_bar.h"
#include "readmodel/app/status_server.h"
#include "readmodel/cql/values.h"
#include "readmodel/project/rebuild.h"
#include "readmodel/project/verification.h"

namespace readmodel::app {

namespace {

int fail(const cassandra::failure& why) {
  std::cerr << why.message << '\n';
  return 1;
}

// The things every command has: a session, and the row that says which generation is live.
struct desk {
  cassandra::counters count;
  cassandra::session session;
  tables::generations generations;

  explicit desk(const job& what)
      : session(what.with->session, count, what.stop_hard),
        generations(session, what.with->projector.keyspace, what.how->name, what.with->projector.level) {}
};

}  // namespace

int run(const job& what) {
  desk d(what);
  project::progress progress;
  const shown of{what.how->name, what.line->topic, &progress, &d.count};
  std::optional<status_server> server;
  if (what.line->admin != "none") {
    server.emplace(what.line->admin, of);
    if (!server->is_open()) {
      std::cerr << "--admin: " << server->failure() << '\n';
      return 1;
    }
  }
  project::projector p(what.with->projector, *what.how, d.session, progress);
  std::cout << "headgate-readmodel projects " << what.how->name
            << (server ? ", status at http://" + what.line->admin + "/status.json" : std::string()) << std::endl;
  if (auto failed = p.run(what.stop)) return fail(*failed);
  std::cout << "drained" << std::endl;
  return 0;
}

int rebuild(const job& what) {
  desk d(what);
  project::progress progress;
  project::rebuild_options how;
  how.switches = !what.line->no_switch;
  how.only_if_identical = what.line->only_if_identical;
  how.takes_cut_log = what.line->takes_cut_log;
  how.generations_kept = what.line->keep;
  project::rebuild r(what.with->projector, *what.how, d.session, progress, how);
  progress_bar bar(what.line->is_quiet ? nullptr : stderr);
  auto done = r.run(what.stop, [&](const project::rebuild_progress& p) { bar.show(p); });
  bar.end();
  if (!done) return fail(done.error());
  std::cout << "generation " << done->now << ": " << done->events << " events in " << done->seconds << " s";
  if (done->seconds > 0)
    std::cout << " (" << static_cast<std::uint64_t>(static_cast<double>(done->events) / done->seconds) << "/s)";
  std::cout << '\n';
  if (done->compared)
    std::cout << "compared with generation " << done->before << ": " << describe(*done->compared) << '\n';
  std::cout << (done->switched ? "it is live now\n" : "it is not live\n");
  return done->switched || what.line->no_switch ? 0 : 1;
}

int verify(const job& what) {
  desk d(what);
  progress_bar bar(what.line->is_quiet ? nullptr : stderr);
  auto done = project::verify(what.with->projector, *what.how, d.session, what.line->generation, what.stop,
                              [&](const project::rebuild_progress& p) { bar.show(p); });
  bar.end();
  if (!done) return fail(done.error());
  std::cout << describe(*done);
  return done->is_sound() ? 0 : 1;
}

int status(const job& what) {
  desk d(what);
  auto live = d.generations.live();
  if (!live) return fail(live.error());
  auto all = d.generations.all();
  if (!all) return fail(all.error());
  for (const int number : *all) {
    std::cout << "generation " << number << (number == *live ? " (live)" : "") << '\n';
    const tables::statements of({what.with->projector.keyspace, what.how->name, number}, *what.how,
                                what.with->projector.level);
    auto positions = d.session.execute_one(of.read_positions());
    if (!positions) return fail(positions.error());
    for (const auto& row : positions->list)
      std::cout << "  partition " << cql::to_integer(row[0]).value_or(-1) << "  next offset "
                << cql::to_bigint(row[1]).value_or(-1) << '\n';
  }
  if (all->empty()) std::cout << "no generation yet\n";
  return 0;
}

int switch_to(const job& what) {
  desk d(what);
  auto live = d.generations.live();
  if (!live) return fail(live.error());
  auto all = d.generations.all();
  if (!all) return fail(all.error());
  if (std::find(all->begin(), all->end(), what.line->generation) == all->end())
    return fail({cassandra::errc::refused, "there is no generation " + std::to_string(what.line->generation)});
  auto switched = d.generations.switch_live(*live, what.line->generation);
  if (!switched) return fail(switched.error());
  if (!*switched) return fail({cassandra::errc::refused, "another generation became live meanwhile"});
  std::cout << "generation " << what.line->generation << " is live now\n";
  return 0;
}

int drop(const job& what) {
  desk d(what);
  auto live = d.generations.live();
  if (!live) return fail(live.error());
  if (*live == what.line->generation) return fail({cassandra::errc::refused, "it is the live one: switch first"});
  const tables::statements of({what.with->projector.keyspace, what.how->name, what.line->generation}, *what.how,
                              what.with->projector.level);
  for (const auto& one : of.drop())
    if (auto gone = d.session.execute_one(one); !gone) return fail(gone.error());
  if (auto failed = d.generations.forget(what.line->generation)) return fail(*failed);
  std::cout << "generation " << what.line->generation << " is gone\n";
  return 0;
}

}  // namespace readmodel::app
