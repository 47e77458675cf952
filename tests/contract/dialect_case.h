// Tables of requests of a dialect and what must come of them, over real sockets: one row a case, so that a page's
// claims can be read down the table. The fake publisher holds what was stored.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {

/// A record that must have been stored. `headers`: "name=value" each, in their order; of the value nullopt: a
/// tombstone.
struct stored {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::string> headers = {};
  std::int32_t partition = -1;  // -1: any
};

struct dialect_case {
  const char* name;
  std::string method = "POST";
  std::string target;
  std::string fields;  // each with CR LF
  std::string body;
  int status = 200;
  std::vector<std::string> answer_has = {};  // in this order
  std::vector<stored> records = {};
};

inline std::string request_of(const dialect_case& c) {
  std::string text = c.method + " " + c.target + " HTTP/1.1\r\nHost: t\r\n" + c.fields;
  if (c.method != "GET" && c.method != "OPTIONS") text += "Content-Length: " + std::to_string(c.body.size()) + "\r\n";
  return text + "\r\n" + c.body;
}

inline void expect_in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    const std::size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << "no " << part << " in " << text;
    at = found + part.size();
  }
}

inline void expect_stored(const published& is, const stored& wanted) {
  EXPECT_EQ(is.key, wanted.key);
  EXPECT_EQ(is.is_tombstone, !wanted.value);
  if (wanted.value) {
    EXPECT_EQ(is.value, *wanted.value);
  }
  if (wanted.partition >= 0) {
    EXPECT_EQ(is.partition, wanted.partition);
  }
  std::vector<std::string> headers;
  for (const auto& [name, value] : is.headers) headers.push_back(name + "=" + value);
  if (!wanted.headers.empty()) {
    EXPECT_EQ(headers, wanted.headers);
  }
}

inline void run(const dialect_case& c, gateway::config::settings settings = {}) {
  SCOPED_TRACE(c.name);
  gateway_fixture g(std::move(settings));
  g.world.name_cluster("lkc-1");
  raw_client client(g.port());
  ASSERT_TRUE(client.send(request_of(c)));
  const auto a = client.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->status, c.status) << a->body;
  expect_in_order(a->head + "\r\n" + a->body, c.answer_has);
  const auto records = g.publisher.records();
  ASSERT_EQ(records.size(), c.records.size()) << a->body;
  for (std::size_t i = 0; i < records.size(); ++i) expect_stored(records[i], c.records[i]);
}

}  // namespace tests
