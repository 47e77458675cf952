#include "readmodel/app/status_server.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel;
using namespace readmodel::app;

TEST(StatusServerTest, AnswersItsPagesAndNothingElse) {
  project::progress progress;
  cassandra::counters session;
  const shown of{"carts", "shop", &progress, &session};
  const auto get = [&](const char* line) { return respond(std::string(line) + " HTTP/1.1\r\nHost: x\r\n\r\n", of, 0); };
  EXPECT_TRUE(get("GET /metrics").starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
  EXPECT_NE(get("GET /status.json?x=1").find("\"projection\":\"carts\""), std::string::npos);
  EXPECT_TRUE(get("GET /healthz").starts_with("HTTP/1.1 503"));  // not connected
  session.is_connected = true;
  EXPECT_TRUE(get("GET /healthz").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(get("HEAD /metrics").ends_with("\r\n\r\n"));
  EXPECT_TRUE(get("GET /etc/passwd").starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(get("POST /metrics").starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(respond("GET /", of, 0).starts_with("HTTP/1.1 "));
}

}  // namespace
