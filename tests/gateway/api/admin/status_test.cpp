#include "gateway/api/admin/status.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <limits>
#include <string>

#include "gateway/api/admin/page.h"
#include "gateway/api/admin/view.h"
#include "tests/metrics/sample_snapshot.h"

using gateway::api::admin::status_json;
using metrics::testing::sample_snapshot;

namespace {

class parsed {
 public:
  explicit parsed(const std::string& json) { EXPECT_EQ(parser_.parse(json).get(root_), simdjson::SUCCESS) << json; }
  simdjson::dom::element at(const char* pointer) const {
    simdjson::dom::element found;
    EXPECT_EQ(root_.at_pointer(pointer).get(found), simdjson::SUCCESS) << pointer;
    return found;
  }
  std::int64_t number(const char* pointer) const { return at(pointer).get_int64().value(); }
  std::string text(const char* pointer) const { return std::string(at(pointer).get_string().value()); }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

}  // namespace

TEST(StatusJsonTest, EachNumberIsTheOneItsNameSays) {
  const auto s = sample_snapshot();
  const parsed json(gateway::api::admin::status_json(s));
  EXPECT_EQ(json.number("/in_flight/bytes"), s.in_flight.bytes);
  EXPECT_EQ(json.text("/tenants/0/tenant"), "shop");
  EXPECT_EQ(static_cast<std::uint64_t>(json.number("/tenants/1/bytes")), s.tenants[1].bytes);
  EXPECT_EQ(json.text("/tenants/0/quota"), "events");
  EXPECT_EQ(json.number("/in_flight/limit"), s.in_flight.limit_bytes);
  EXPECT_EQ(json.number("/in_flight/high"), s.in_flight.high_bytes);
  EXPECT_EQ(json.number("/in_flight/low"), s.in_flight.low_bytes);
  EXPECT_EQ(json.text("/topics/0/topic"), "payments.v2");  // more events than orders
  EXPECT_EQ(json.number("/topics/1/settled/2"), static_cast<std::int64_t>(s.topics[0].settled[2]));
  EXPECT_EQ(json.number("/totals/settled/0"),
            static_cast<std::int64_t>(s.topics[0].settled[0] + s.topics[1].settled[0]));
  EXPECT_EQ(json.text("/outcomes/2"), "rejected");
  EXPECT_EQ(json.text("/listeners/1/listener"), "tcp");
  EXPECT_EQ(json.number("/requests/1/status"), 503);
  EXPECT_EQ(json.text("/kafka/brokers/1/state"), "TRY_CONNECT");
  EXPECT_EQ(json.number("/kafka/brokers/0/retries"), static_cast<std::int64_t>(s.kafka.brokers[0].retries));
  EXPECT_EQ(json.number("/lag/groups/0/lag"), s.consumer_lag.rows[0].lag + s.consumer_lag.rows[1].lag);
  EXPECT_EQ(json.number("/reasons/missing_key"), static_cast<std::int64_t>(s.refused_events[2]));
  EXPECT_EQ(json.text("/happenings/0/name"), "kafka_unreachable");
}

TEST(StatusJsonTest, IsValidWhateverNamesAndNumbersHold) {
  auto s = sample_snapshot();
  s.not_ready_reason = "a \"quoted\" \\ reason\n\x01 and \xff";
  s.process.cpu_seconds = std::numeric_limits<double>::quiet_NaN();
  s.kafka.away_seconds = std::numeric_limits<double>::infinity();
  const parsed json(gateway::api::admin::status_json(s));
  EXPECT_FALSE(json.at("/ready").get_bool().value());
  EXPECT_EQ(json.at("/kafka/away").get_double().value(), 0);
  const parsed empty(status_json({}));
  EXPECT_TRUE(empty.at("/ready").get_bool().value());
}

TEST(StatusJsonTest, ShowsNoMoreTopicsThanItsBound) {
  metrics::snapshot s;
  for (std::size_t i = 0; i < 1000; ++i) {
    auto& row = s.topics.emplace_back();
    row.topic = "t" + std::to_string(i);
    row.events_in[0] = i + 1;
  }
  const parsed json(gateway::api::admin::status_json(s));
  EXPECT_EQ(json.at("/topics").get_array().value().size(), gateway::api::admin::status_topics_max);
  EXPECT_EQ(json.text("/topics/0/topic"), "t999");
  EXPECT_EQ(json.number("/totals/events"), 500'500);
}

TEST(StatusPageTest, LoadsNothingFromAnywhereElse) {
  const std::string page(gateway::api::admin::status_page_html());
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  for (const char* outside : {"src=", "@import", "url(", "//cdn", "https://", "<link rel=\"stylesheet"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
}

TEST(AdminViewTest, ObservesOnceForEachPageOfNumbersAndNotForTheEmptyPage) {
  int observed = 0;
  gateway::api::admin::admin_view view([&] { return ++observed, sample_snapshot(); });
  EXPECT_EQ(view.status_page().content_type, "text/html; charset=utf-8");
  EXPECT_EQ(observed, 0);
  EXPECT_EQ(view.status_json().content_type, "application/json");
  EXPECT_EQ(view.render_metrics("application/openmetrics-text").content_type,
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_EQ(observed, 2);
}
