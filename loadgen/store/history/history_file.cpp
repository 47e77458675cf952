#include "loadgen/store/history/history_file.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "loadgen/json/writer.h"
#include "loadgen/store/history/event.h"

namespace loadgen::store::history {

namespace {

void write_attempt(json::writer& to, const attempt& each) {
  to.begin_object().member("begin", each.begin).member("end", each.end).member("said", name_of(each.said));
  to.member("status", each.status).member("instance", static_cast<int>(each.instance)).member("version", each.version);
  if (each.said == answer::written || each.said == answer::duplicate) {
    to.member("first_version", each.first_version).member("partition", each.partition);
    to.member("first_offset", each.first_offset).member("last_offset", each.last_offset);
  }
  to.end_object();
}

std::string line_of(const recorded& of, std::size_t client, std::size_t number) {
  const client_log& log = of.clients[client];
  const append& what = log.appends[number];
  json::writer to;
  to.begin_object().member("append", number).member("client", client);
  to.member("aggregate", aggregate_text(of.run, what.aggregate)).key("expected");
  what.expected ? to.value(*what.expected) : to.null();
  to.key("ids").begin_array();
  for (std::uint16_t i = 0; i < what.events; ++i) {
    to.value(id_text(of.run, {static_cast<std::uint16_t>(client), static_cast<std::uint32_t>(number), i}));
  }
  to.end_array().key("attempts").begin_array();
  for (const attempt& each : log.attempts_of(what)) write_attempt(to, each);
  return to.end_array().end_object().text();
}

std::string line_of(const recorded& of, std::size_t client, const read& what) {
  json::writer to;
  to.begin_object().member("read", aggregate_text(of.run, what.aggregate)).member("client", client);
  to.member("begin", what.begin).member("end", what.end).member("asked", name_of(what.asked));
  to.member("promised", what.promised).member("version", what.version).member("low", what.low);
  to.member("count", what.count).member("instance", static_cast<int>(what.instance));
  return to.end_object().text();
}

}  // namespace

std::string default_history_file(const std::string& run) {
  return std::filesystem::temp_directory_path() / ("headgate-store-" + run + ".ndjson");
}

void save(const recorded& what, const std::string& topic, const std::string& path) {
  std::ofstream file(path, std::ios::trunc);
  json::writer head;
  head.begin_object().member("run", what.run).member("topic", topic).member("event_bytes", what.event_bytes);
  file << head.end_object().text() << '\n';
  for (std::size_t c = 0; c < what.clients.size(); ++c) {
    for (std::size_t n = 0; n < what.clients[c].appends.size(); ++n) file << line_of(what, c, n) << '\n';
    for (const read& each : what.clients[c].reads) file << line_of(what, c, each) << '\n';
  }
  file.close();
  if (!file) throw std::runtime_error("cannot write the history file " + path + " (choose another with --history)");
}

}  // namespace loadgen::store::history
