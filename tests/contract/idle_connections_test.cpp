// 10,000 idle keep-alive connections cost less than 1 KiB of user memory each.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

std::size_t raise_descriptor_limit() {
  rlimit r{};
  getrlimit(RLIMIT_NOFILE, &r);
  r.rlim_cur = r.rlim_max;
  setrlimit(RLIMIT_NOFILE, &r);
  return r.rlim_cur;
}

std::size_t allocated_bytes() {
  const struct mallinfo2 m = mallinfo2();
  return m.uordblks + m.hblkhd;
}

TEST(IdleConnectionsTest, CostLessThanAKibibyteEach) {
  // Both ends live in this process: two descriptors a connection.
  const std::size_t connections = std::min<std::size_t>(10'000, (raise_descriptor_limit() - 100) / 2);
  gateway_fixture g;
  std::vector<raw_client> clients;
  clients.reserve(connections);
  raw_client first(g.port());
  first.send(get("/healthz"));
  ASSERT_TRUE(first.answer());
  const std::size_t before = allocated_bytes();
  for (std::size_t i = 0; i < connections; ++i) {
    clients.emplace_back(g.port());
    clients.back().send(get("/healthz"));
    ASSERT_TRUE(clients.back().answer());
  }
  const std::size_t each = (allocated_bytes() - before) / connections;
  RecordProperty("bytes_each", static_cast<int>(each));
  RecordProperty("connections", static_cast<int>(connections));
  std::printf("%zu idle connections, %zu bytes each\n", connections, each);
  EXPECT_LT(each, 1024U);
}

}  // namespace
}  // namespace tests
