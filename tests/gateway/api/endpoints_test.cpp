#include "gateway/api/endpoints.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/conversation_driver.h"
#include "tests/support/gateway_fixture.h"

namespace gateway::api {
namespace {

class EndpointTest : public testing::Test {
 protected:
  EndpointTest() {
    tests::conversation_driver taps({}, [this](ingress::door& to) {
      events = events_routes(to);
      on_admin = admin_routes(to, admin);
      return http1::routes{};
    });
  }

  static std::string_view at(const http1::routes& in, std::string_view raw) {
    std::string storage;
    const auto target = http1::target::parse(raw, storage);
    const http1::rows found = in.find(*target);
    return found.all.empty() ? "-" : found.all.front().path;
  }

  tests::fake_admin admin;
  http1::routes events;
  http1::routes on_admin;
};

TEST_F(EndpointTest, FindsEachPathAndNothingElse) {
  EXPECT_EQ(at(events, "/v1/topics/t/events"), "/v1/topics/{topic}/events");
  EXPECT_EQ(at(events, "/v1/topics"), "/v1/topics");
  EXPECT_EQ(at(events, "/v1/topics/t/partition-of?key=a"), "/v1/topics/{topic}/partition-of");
  for (const char* raw :
       {"/v1/topics/t/events/", "//v1/topics/t/events", "/v1//topics///t/events//", "http://h//v1/topics/t/events"})
    EXPECT_EQ(at(events, raw), "/v1/topics/{topic}/events") << raw;
  for (const char* raw : {"/", "//", "/?t=1", "http://h"}) EXPECT_EQ(at(events, raw), "/") << raw;
  for (const char* raw : {"/v1", "//h", "/V1/topics", "/v1/topics/t/events/x/y/z", "/v1/topics/t/event",
                          "/v1/topics%2Ft/events", "/metrics"})
    EXPECT_EQ(at(events, raw), "-") << raw;
}

TEST_F(EndpointTest, HasOtherPathsOnTheAdminListener) {
  EXPECT_EQ(at(on_admin, "/"), "/");
  EXPECT_EQ(at(on_admin, "/metrics"), "/metrics");
  EXPECT_EQ(at(on_admin, "/v1/topics"), "-");
}

}  // namespace
}  // namespace gateway::api
