// GET /openapi.json over a real socket, and every example in it really sent: it is answered with a status of 2xx that
// the document names for it.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>
#include <string_view>

#include "tests/support/fake_log.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"
#include "tests/support/store_fixture.h"

namespace tests {
namespace {

namespace dom = simdjson::dom;

http_answer ask(std::uint16_t port, const std::string& request) {
  raw_client c(port);
  EXPECT_TRUE(c.send(request));
  auto a = c.answer();
  EXPECT_TRUE(a.has_value()) << request;
  return a ? *a : http_answer{};
}

std::string filled(std::string path, std::string_view topic) {
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"{topic}", std::string(topic)},
                                    {"{cluster}", "lkc-1"},
                                    {"{partition}", "0"},
                                    {"{key}", "order-1"},
                                    {"{id}", "cart-1"}})
    if (const std::size_t at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
  return path;
}

std::string upper(std::string_view method) {
  std::string text(method);
  for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// The example as it is sent: JSON as it stands, everything else its text.
std::string body_of(dom::element example, std::string_view media) {
  if (media.find("json") != std::string_view::npos && media.find("ndjson") == std::string_view::npos)
    return simdjson::to_string(example);
  return std::string(std::string_view(example));
}

class sender {
 public:
  sender(std::uint16_t port, std::string topic) : port_(port), topic_(std::move(topic)) {}

  void expect_good(std::string_view path, std::string_view method, dom::element operation, const std::string& fields,
                   const std::string& body) {
    std::string target = filled(std::string(path), topic_);
    if (path.ends_with("partition-of")) target += "?key=order-1";
    std::string request = upper(method) + " " + target + " HTTP/1.1\r\nHost: t\r\n" + fields;
    if (method == "post") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    const http_answer a = ask(port_, request + "\r\n" + body);
    EXPECT_TRUE(a.status >= 200 && a.status < 300) << path << " " << fields << a.status << a.body;
    EXPECT_EQ(operation["responses"][std::to_string(a.status)].error(), simdjson::SUCCESS) << path << a.status;
    ++sent;
  }
  void send_all(std::string_view path, std::string_view method, dom::element operation) {
    dom::element content;
    if (operation["requestBody"]["content"].get(content) != simdjson::SUCCESS)
      return expect_good(path, method, operation, "", "");
    for (const auto& [media, form] : dom::object(content))
      expect_good(path, method, operation, "Content-Type: " + std::string(media) + "\r\n",
                  body_of(form["example"], media));
  }

  int sent = 0;

 private:
  std::uint16_t port_;
  std::string topic_;
};

gateway::config::settings with_routes() {
  gateway::config::settings s;
  s.routes.push_back({{"Order*"}, "orders"});
  return s;
}

TEST(OpenapiTest, EveryExampleIsAnsweredAsTheDocumentSays) {
  gateway_fixture g(with_routes());
  g.world.name_cluster("lkc-1");
  const http_answer page = ask(g.port(), get("/openapi.json"));
  ASSERT_EQ(page.status, 200);
  EXPECT_EQ(page.fields.at("content-type"), "application/json");
  dom::parser parser;
  dom::element root;
  ASSERT_EQ(parser.parse(page.body).get(root), simdjson::SUCCESS);
  sender s(g.port(), "orders");
  for (const auto& [path, operations] : dom::object(root["paths"]))
    for (const auto& [method, operation] : dom::object(operations)) s.send_all(path, method, operation);
  EXPECT_GE(s.sent, 30);
}

// On each path, also those whose endpoints add something of their own.
TEST(OpenapiTest, EveryPathAnswersOptionsAndRefusesOtherMethods) {
  gateway_fixture g(with_routes());
  const http_answer page = ask(g.port(), get("/openapi.json"));
  dom::parser parser;
  dom::element root;
  ASSERT_EQ(parser.parse(page.body).get(root), simdjson::SUCCESS);
  for (const auto& [path, operations] : dom::object(root["paths"])) {
    const std::string target = filled(std::string(path), "orders");
    for (const std::string more : {"", "WebHook-Request-Origin: e.example.com\r\n"}) {
      const http_answer a = ask(g.port(), "OPTIONS " + target + " HTTP/1.1\r\nHost: t\r\n" + more + "\r\n");
      EXPECT_TRUE(a.status == 204 || a.status == 200) << target << a.status;
      EXPECT_EQ(a.fields.count("allow"), 1U) << target;
    }
    for (const std::string method : {"PATCH", "TRACE", "QUERY"})
      EXPECT_EQ(ask(g.port(), method + " " + target + " HTTP/1.1\r\nHost: t\r\n\r\n").status, 405) << method << target;
  }
}

TEST(OpenapiTest, TheEventStoreIsThereWhereThereIsOne) {
  fake_log log;
  temporary_folder folder;
  store_fixture g(log, folder.path);
  const http_answer page = ask(g.port(), get("/openapi.json"));
  dom::parser parser;
  dom::element root;
  ASSERT_EQ(parser.parse(page.body).get(root), simdjson::SUCCESS);
  constexpr std::string_view path = "/v1/topics/{topic}/aggregates/{id}/events";
  dom::element operations;
  ASSERT_EQ(root["paths"][path].get(operations), simdjson::SUCCESS);
  sender s(g.port(), "carts");
  s.send_all(path, "post", operations["post"]);
  s.send_all(path, "get", operations["get"]);
  EXPECT_EQ(s.sent, 3);
}

}  // namespace
}  // namespace tests
