#include "gateway/api/openapi/document.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>
#include <string>
#include <string_view>

#include "gateway/api/endpoints.h"
#include "gateway/api/openapi/operations.h"
#include "gateway/api/page_endpoint.h"
#include "tests/support/conversation_driver.h"

namespace gateway::api::openapi {
namespace {

class OpenapiDocumentTest : public testing::Test {
 protected:
  OpenapiDocumentTest() {
    tests::conversation_driver taps({}, [this](ingress::door& to) {
      routes = events_routes(to);
      return http1::routes{};
    });
  }
  http1::routes routes;
};

TEST_F(OpenapiDocumentTest, EveryRouteIsDescribed) {
  const auto missing = undescribed(routes);
  EXPECT_TRUE(missing.empty()) << missing.front();
}

TEST_F(OpenapiDocumentTest, ARouteWithoutItsEntryIsNamed) {
  http1::routes more;
  auto& page = more.keep(std::make_unique<page_endpoint>(nullptr));
  more.add("/v1/new", http1::get_and_head, metrics::route::other, page);
  more.add("/v1/events", http1::set_of(http1::method::post), metrics::route::events, page);
  more.add("/v1/events", http1::set_of(http1::method::delete_), metrics::route::events, page);
  EXPECT_EQ(undescribed(more), (std::vector<std::string>{"GET /v1/new", "DELETE /v1/events"}));
}

TEST_F(OpenapiDocumentTest, IsJsonAndHasEveryPathOnce) {
  simdjson::dom::parser parser;
  const std::string text = document(routes);
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(text).get(root), simdjson::SUCCESS) << text;
  EXPECT_EQ(std::string_view(root["openapi"]), "3.1.0");
  std::set<std::string_view> paths;
  for (const auto& [path, operations] : simdjson::dom::object(root["paths"])) {
    EXPECT_TRUE(paths.insert(path).second) << path;
    EXPECT_GT(simdjson::dom::object(operations).size(), 0U) << path;
  }
  for (const http1::route& row : routes.all()) EXPECT_TRUE(paths.count(row.path)) << row.path;
}

TEST_F(OpenapiDocumentTest, ReferencesLeadSomewhereAndIdsAreUnique) {
  const std::string text = document(routes);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(text).get(root), simdjson::SUCCESS);
  constexpr std::string_view mark = R"("$ref":"#)";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_EQ(root.at_pointer(pointer).error(), simdjson::SUCCESS) << pointer;
  }
  std::set<std::string_view> ids;
  for (const operation& o : operations()) EXPECT_TRUE(ids.insert(o.id).second) << o.id;
}

}  // namespace
}  // namespace gateway::api::openapi
