// bench-events: writes the pool's events to stdout, one a line, for generators that are not ours (wrk, peers).
#include <cstdio>
#include <cstdlib>

#include "bench/references/event_pool.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench-events EVENTS BYTES\n");
    return 2;
  }
  const bench::references::event_pool pool(
      {.events = std::strtoull(argv[1], nullptr, 10), .event_bytes = std::strtoull(argv[2], nullptr, 10)});
  for (std::size_t i = 0; i < pool.size(); ++i) {
    std::fwrite(pool.value(i).data(), 1, pool.value(i).size(), stdout);
    std::fputc('\n', stdout);
  }
  return 0;
}
