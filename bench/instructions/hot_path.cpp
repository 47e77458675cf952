// bench-hot-path PATH REQUESTS: runs one hot path that often and prints how many events went through. For callgrind:
// the difference between two runs of different length is free of everything but the path itself.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "bench/hot_paths/core.h"
#include "bench/hot_paths/http_head.h"

using bench::hot_paths::core;
using bench::hot_paths::http_head;

namespace {

constexpr int warm_up = 100;

struct path {
  std::size_t events_per_request;
  std::function<std::function<void()>(std::size_t events)> make;
};

const std::map<std::string, path>& paths() {
  static const std::map<std::string, path> all = {
      {"decode",
       {100,
        [](std::size_t n) {
          auto c = std::make_shared<core>(bench::hot_paths::core_shape{.events_per_request = n});
          return [c] { c->decode(); };
        }}},
      {"decode_unvalidated",
       {100,
        [](std::size_t n) {
          auto c = std::make_shared<core>(bench::hot_paths::core_shape{.events_per_request = n, .validate = false});
          return [c] { c->decode(); };
        }}},
      {"intake_to_answer",
       {100,
        [](std::size_t n) {
          auto c = std::make_shared<core>(bench::hot_paths::core_shape{.events_per_request = n});
          c->decode();
          return [c] { c->submit(); };
        }}},
      {"single_event",
       {1,
        [](std::size_t n) {
          auto c = std::make_shared<core>(bench::hot_paths::core_shape{.events_per_request = n});
          auto head = std::make_shared<http_head>();
          return [c, head] {
            head->parse();
            c->ndjson_request();
          };
        }}},
      {"frame",
       {250,
        [](std::size_t n) {
          auto c = std::make_shared<core>(bench::hot_paths::core_shape{.events_per_request = n});
          return [c] {
            c->decode_frame();
            c->submit();
          };
        }}},
      {"http_head",
       {1,
        [](std::size_t) {
          auto head = std::make_shared<http_head>();
          return [head] { head->parse(); };
        }}},
  };
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    for (const auto& [name, p] : paths()) std::printf("%s\n", name.c_str());
    return 0;
  }
  const auto found = paths().find(argv[1]);
  if (argc != 3 || found == paths().end()) {
    std::fprintf(stderr, "usage: bench-hot-path [PATH REQUESTS]; without arguments it names the paths\n");
    return 2;
  }
  const std::size_t events = found->second.events_per_request;
  const auto once = found->second.make(events);
  const int requests = std::atoi(argv[2]);
  for (int i = 0; i < warm_up + requests; ++i) once();
  std::printf("%zu\n", events * static_cast<std::size_t>(requests));
  return 0;
}
