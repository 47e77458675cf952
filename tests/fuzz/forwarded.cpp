// Any text as what proxies say of a request's way: a line that a trusted proxy adds behind it is read as if it stood
// alone, and what it adds to the client's own line is never read as another address than its own.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http1/forwarded.h"

namespace {

using namespace gateway::http1;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

hop nearest(const std::string& lines, forwarded_by field) {
  request_head head;
  head.lines = lines;
  forwarded_hops hops(head, field);
  const hop first = hops.next();
  std::size_t count = first.is != hop::kind::none;
  while (hops.next().is != hop::kind::none) ++count;
  demand(count <= forwarded_hops::hops_max, "more hops than may be looked at");
  return first;
}

void check(const std::string& of_client, forwarded_by field, const std::string& of_proxy) {
  const std::string name = field == forwarded_by::forwarded ? "Forwarded: " : "X-Forwarded-For: ";
  const hop alone = nearest(name + of_proxy + "\r\n", field);
  demand(alone.is == hop::kind::address, "a proxy's own line is not read");
  const hop on_a_line = nearest(name + of_client + "\r\n" + name + of_proxy + "\r\n", field);
  demand(on_a_line.is == hop::kind::address && on_a_line.address == alone.address, "a line spoils the next one");
  const hop behind = nearest(name + of_client + ", " + of_proxy + "\r\n", field);
  demand(behind.is != hop::kind::none, "a hop is lost");
  demand(behind.is == hop::kind::hidden || behind.address == alone.address, "a client chooses its address");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 16 * 1024));
  std::erase_if(text, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; });  // no field has these
  for (const char* line : {"for=192.0.2.1", "for=\"[2001:db8::1]:80\"", "for=192.0.2.1;by=\"_b\";proto=https"})
    check(text, forwarded_by::forwarded, line);
  for (const char* line : {"192.0.2.1", "[2001:db8::1]:80", "2001:db8::1"})
    check(text, forwarded_by::x_forwarded_for, line);
  return 0;
}
