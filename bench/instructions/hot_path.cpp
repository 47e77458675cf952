// bench-hot-path PATH REQUESTS: runs one hot path that often and prints how many events went through. For callgrind:
// the difference between two runs of different length is free of everything but the path itself.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>

#include "bench/hot_paths/core.h"
#include "bench/hot_paths/http_head.h"
#include "bench/hot_paths/kafka_end.h"

using bench::hot_paths::core;
using bench::hot_paths::http_head;
using bench::hot_paths::kafka_end;

namespace {

constexpr int warm_up = 100;

using request = std::function<void()>;

std::shared_ptr<core> core_of(std::size_t events, bool validate = true) {
  return std::make_shared<core>(bench::hot_paths::core_shape{.events_per_request = events, .validate = validate});
}

request decode(std::size_t events) {
  return [c = core_of(events)] { c->decode(); };
}

request decode_unvalidated(std::size_t events) {
  return [c = core_of(events, false)] { c->decode(); };
}

request intake_to_answer(std::size_t events) {
  auto c = core_of(events);
  c->decode();
  return [c] { c->submit(); };
}

request frame(std::size_t events) {
  return [c = core_of(events)] {
    c->decode_frame();
    c->submit();
  };
}

request single_event(std::size_t events) {
  return [c = core_of(events), head = std::make_shared<http_head>()] {
    head->parse();
    c->ndjson_request();
  };
}

request to_kafka(std::size_t) {
  return [end = std::make_shared<kafka_end>()] { end->exchange(); };
}

request head_alone(std::size_t) {
  return [head = std::make_shared<http_head>()] { head->parse(); };
}

struct path {
  std::string_view name;
  std::size_t events;  // a request
  request (*make)(std::size_t events);
};

constexpr std::array<path, 7> paths = {{
    {"decode", 100, decode},
    {"decode_unvalidated", 100, decode_unvalidated},
    {"intake_to_answer", 100, intake_to_answer},
    {"frame", 250, frame},
    {"single_event", 1, single_event},
    {"http_head", 1, head_alone},
    {"to_kafka", kafka_end::events, to_kafka},
}};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    for (const path& p : paths) std::printf("%.*s\n", static_cast<int>(p.name.size()), p.name.data());
    return 0;
  }
  const auto* found = std::find_if(paths.begin(), paths.end(), [&](const path& p) { return p.name == argv[1]; });
  if (argc != 3 || found == paths.end()) {
    std::fprintf(stderr, "usage: bench-hot-path [PATH REQUESTS]; without arguments it names the paths\n");
    return 2;
  }
  const request once = found->make(found->events);
  const int requests = std::atoi(argv[2]);
  for (int i = 0; i < warm_up + requests; ++i) once();
  std::printf("%zu\n", found->events * static_cast<std::size_t>(requests));
  return 0;
}
