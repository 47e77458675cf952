// The common part of the contract tests of the event store: a gateway whose topic "carts" is a store on a log in
// memory, a client, and the requests that they send. Included by store_contract_test.cpp and store_rules_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/fake_log.h"
#include "tests/support/raw_client.h"
#include "tests/support/store_fixture.h"

namespace tests {

inline std::string append_to(std::string_view aggregate, std::string_view body, std::string_view fields = "",
                             std::string_view query = "", std::string_view type = "application/json") {
  return "POST /v1/topics/carts/aggregates/" + std::string(aggregate) + "/events" + std::string(query) +
         " HTTP/1.1\r\nHost: t\r\nContent-Type: " + std::string(type) + "\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string read_of(std::string_view aggregate, std::string_view query = "", std::string_view fields = "") {
  return get("/v1/topics/carts/aggregates/" + std::string(aggregate) + "/events" + std::string(query), fields);
}

inline http_answer ask(raw_client& c, std::string_view bytes, bool without_body = false) {
  EXPECT_TRUE(c.send(bytes));
  auto a = c.answer(std::chrono::seconds(10), without_body);
  EXPECT_TRUE(a.has_value()) << bytes.substr(0, 200);
  return a ? *a : http_answer{};
}

inline std::string field(const http_answer& a, const std::string& name) {
  const auto found = a.fields.find(name);
  return found == a.fields.end() ? "none" : found->second;
}

struct StoreContractTest : ::testing::Test {
  void restart(gateway::config::settings settings = {}) {
    client.reset();
    gate.reset();
    gate.emplace(log, folder.path, settings);
    client.emplace(gate->port());
  }
  StoreContractTest() { restart(); }

  http_answer append(std::string_view aggregate, std::string_view body, std::string_view fields = "") {
    return ask(*client, append_to(aggregate, body, fields));
  }
  http_answer read(std::string_view aggregate, std::string_view query = "", std::string_view fields = "") {
    return ask(*client, read_of(aggregate, query, fields));
  }

  temporary_folder folder;
  fake_log log;
  std::optional<store_fixture> gate;
  std::optional<raw_client> client;
};

}  // namespace tests
