#include "metrics/exposition.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include "metrics/catalogue.h"
#include "tests/metrics/sample_snapshot.h"

using metrics::catalogue;
using metrics::kind;
using metrics::snapshot;
using metrics::testing::sample_snapshot;

namespace {

/// "name{labels}" -> value, of a rendered text.
std::map<std::string, double> samples_of(const std::string& text) {
  std::map<std::string, double> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.rfind(' ');
    EXPECT_TRUE(found.emplace(line.substr(0, space), std::strtod(line.c_str() + space + 1, nullptr)).second) << line;
  }
  return found;
}

std::map<std::string, double> text_samples(const snapshot& s) { return samples_of(metrics::render(s, "").body); }

std::string openmetrics(const snapshot& s) { return metrics::render(s, "application/openmetrics-text").body; }

bool has_promtool() { return std::system("promtool --version >/dev/null 2>&1") == 0; }

std::string promtool_check(const std::string& text) {
  const std::string path = ::testing::TempDir() + "headgate_exposition_" + std::to_string(::getpid()) + ".txt";
  std::FILE* file = std::fopen(path.c_str(), "w");
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
  std::FILE* pipe = ::popen(("promtool check metrics <" + path + " 2>&1").c_str(), "r");
  std::string said;
  for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  const int status = ::pclose(pipe);
  std::remove(path.c_str());
  return status == 0 && said.empty() ? "" : said + "(exit " + std::to_string(status) + ")";
}

}  // namespace

TEST(ExpositionTest, PromtoolFindsNothingToSay) {
  if (!has_promtool() && std::getenv("CI") == nullptr) GTEST_SKIP() << "promtool is not installed";
  EXPECT_EQ(promtool_check(metrics::render(sample_snapshot(), "").body), "");
  EXPECT_EQ(promtool_check(metrics::render(snapshot{}, "").body), "");
}

TEST(ExpositionTest, PromtoolControlFindsABadName) {
  if (!has_promtool() && std::getenv("CI") == nullptr) GTEST_SKIP() << "promtool is not installed";
  EXPECT_NE(promtool_check("# HELP headgate_x x\n# TYPE headgate_x counter\nheadgate_x 1\n"), "");
}

TEST(ExpositionTest, NoTwoMetricsShowTheSameNumber) {
  std::map<double, std::string> by_value;
  for (const auto& [name, value] : text_samples(sample_snapshot())) {
    if (value <= 1) continue;                                // true, false, states
    if (name.find("le=\"") != std::string::npos) continue;   // cumulative
    if (name.find("_ratio") != std::string::npos) continue;  // derived
    const auto [other, is_new] = by_value.emplace(value, name);
    EXPECT_TRUE(is_new) << name << " and " << other->second << " are both " << value;
  }
  EXPECT_GT(by_value.size(), 100u);
}

TEST(ExpositionTest, EachNumberIsTheOneItsNameSays) {
  const snapshot s = sample_snapshot();
  const auto is = [found = text_samples(s)](const std::string& name, auto value) {
    const auto it = found.find(name);
    ASSERT_NE(it, found.end()) << name;
    EXPECT_DOUBLE_EQ(it->second, static_cast<double>(value)) << name;
  };
  const auto& orders = s.topics[0];
  is("headgate_events_received_total{topic=\"orders\",listener=\"tcp\"}", orders.events_in[1]);
  is("headgate_received_bytes_total{topic=\"orders\",listener=\"http\"}", orders.bytes_in[0]);
  is("headgate_events_settled_total{topic=\"orders\",outcome=\"rejected\"}", orders.settled[2]);
  is("headgate_events_refused_total{reason=\"missing_key\"}", s.refused_events[2]);
  is("headgate_requests_total{listener=\"http\",route=\"events\",code=\"207\"}", s.requests[0].count);
  is("headgate_requests_total{listener=\"http\",route=\"events\",code=\"other\"}", s.requests[2].count);
  is("headgate_requests_total{listener=\"tcp\",route=\"frame\"}", s.requests[3].count);
  is("headgate_connections{listener=\"lines\"}",
     s.by_listener[2].connections_opened - s.by_listener[2].connections_closed);
  is("headgate_in_flight_bytes", s.in_flight.bytes);
  is("headgate_in_flight_limit_bytes", s.in_flight.limit_bytes);
  is("headgate_in_flight_high_bytes", s.in_flight.high_bytes);
  is("headgate_publish_lag_seconds{topic=\"payments.v2\"}", s.topics[1].publish_lag_seconds);
  is("headgate_kafka_broker_state{broker=\"127.0.0.1:9093/2\",state=\"TRY_CONNECT\"}", 1);
  is("headgate_kafka_broker_retries_total{broker=\"127.0.0.1:9092/1\"}", s.kafka.brokers[0].retries);
  is("kafka_consumergroup_lag{consumergroup=\"billing\",topic=\"orders\",partition=\"1\"}", s.consumer_lag.rows[1].lag);
  const auto& carts = s.store.partitions[0];
  is("headgate_store_appends_total{topic=\"carts\",outcome=\"conflict\"}", carts.appends[2]);
  is("headgate_store_owned_partitions{topic=\"carts\"}", 1);
  is("headgate_store_partitions{topic=\"carts\"}", 1);
  is("headgate_store_take_overs_total{topic=\"carts\",reason=\"fenced\"}", carts.take_overs[4]);
  is("headgate_store_topic_unfit{topic=\"carts\"}", 0);
  is("headgate_store_topic_unfit{topic=\"stock\"}", 1);
  is("headgate_store_keep_every_seconds{topic=\"carts\"}", 37.5);
  is("headgate_store_keep_alives_overdue{topic=\"carts\"}", 1);
  is("headgate_store_folded_total{topic=\"carts\"}", carts.folded);
  is("headgate_store_lag_records{topic=\"carts\"}", carts.lag);
  is("headgate_store_version_mismatches_total{topic=\"carts\"}", carts.mismatches);
  is("headgate_store_index_bytes{where=\"disk\"}", s.store.index_disk_bytes);
  is("headgate_store_index_bytes{where=\"memory\"}", s.store.index_memory_bytes);
  is("headgate_store_forwarded_total{kind=\"append\",outcome=\"not_sent\"}", s.store.forwarded[0].count);
  is("headgate_happenings_total{happening=\"kafka_unreachable\",level=\"error\"}", s.happenings[0].count);
  is("headgate_ready", 1);
  is("process_open_fds", s.process.open_fds);
  is("headgate_build_info{version=\"0.1.0\",commit=\"1234567\",librdkafka=\"2.8.0\",compiler=\"GCC 12.2\"}", 1);
}

TEST(ExpositionTest, AdmittedIsSettledPlusInFlight) {
  auto found = text_samples(sample_snapshot());
  EXPECT_EQ(found["headgate_records_admitted_total"],
            found["headgate_records_settled_total"] + found["headgate_in_flight_records"]);
}

TEST(ExpositionTest, TopicsWithoutTrafficAndListenersThatAreOffHaveNoSeries) {
  snapshot s = sample_snapshot();
  s.by_listener[2].on = false;
  const std::string text = metrics::render(s, "").body;
  EXPECT_EQ(text.find("silent"), std::string::npos);
  EXPECT_EQ(text.find("listener=\"lines\""), std::string::npos);
}

TEST(ExpositionTest, HistogramsAreCumulativeAndEndAtTheirCount) {
  snapshot s;
  s.batch_records.counts[1] = 5;   // 1
  s.batch_records.counts[2] = 7;   // 2, 3
  s.batch_records.counts[35] = 2;  // more than any shown bound
  s.batch_records.sum = 1'000'000;
  auto found = text_samples(s);
  EXPECT_EQ(found["headgate_batch_records_bucket{le=\"1\"}"], 5);
  EXPECT_EQ(found["headgate_batch_records_bucket{le=\"3\"}"], 12);
  EXPECT_EQ(found["headgate_batch_records_bucket{le=\"16383\"}"], 12);
  EXPECT_EQ(found["headgate_batch_records_bucket{le=\"+Inf\"}"], 14);
  EXPECT_EQ(found["headgate_batch_records_count"], 14);
  EXPECT_EQ(found["headgate_batch_records_sum"], 1'000'000);
}

TEST(ExpositionTest, MicrosecondsAreShownAsSeconds) {
  snapshot s;
  s.delivery_us.counts[10] = 4;  // 512 .. 1023 us
  s.delivery_us.sum = 4'000'000;
  auto found = text_samples(s);
  EXPECT_EQ(found["headgate_delivery_duration_seconds_bucket{le=\"0.000512\"}"], 0);
  EXPECT_EQ(found["headgate_delivery_duration_seconds_bucket{le=\"0.001024\"}"], 4);
  EXPECT_EQ(found["headgate_delivery_duration_seconds_sum"], 4);
}

TEST(OpenMetricsTest, FamiliesLoseTheirSuffixAndTheEndIsMarked) {
  const std::string text = openmetrics(sample_snapshot());
  EXPECT_NE(text.find("# TYPE headgate_events_received counter\n"), std::string::npos);
  EXPECT_NE(text.find("\nheadgate_events_received_total{topic=\"orders\""), std::string::npos);
  EXPECT_NE(text.find("# TYPE headgate_build info\n"), std::string::npos);
  EXPECT_NE(text.find("\nheadgate_build_info{"), std::string::npos);
  EXPECT_NE(text.find("# UNIT headgate_publish_lag_seconds seconds\n"), std::string::npos);
  EXPECT_NE(text.find("headgate_batch_records_bucket{le=\"1.0\"}"), std::string::npos);
  EXPECT_EQ(text.find("# UNIT kafka_consumergroup_lag"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
}

TEST(OpenMetricsTest, ShowsTheSameNumbersAsTheTextFormat) {
  const auto text = text_samples(sample_snapshot());
  const auto open = samples_of(openmetrics(sample_snapshot()));
  ASSERT_EQ(text.size(), open.size());
  double text_sum = 0;
  double open_sum = 0;
  for (const auto& [name, value] : text) text_sum += value;
  for (const auto& [name, value] : open) open_sum += value;
  EXPECT_DOUBLE_EQ(text_sum, open_sum);
}

TEST(OpenMetricsTest, EscapesLabelValues) {
  snapshot s = sample_snapshot();
  s.build.commit = "a\"b\\c\nd";
  const std::string escaped = "commit=\"a\\\"b\\\\c\\nd\"";
  EXPECT_NE(openmetrics(s).find(escaped), std::string::npos);
  EXPECT_NE(metrics::render(s, "").body.find(escaped), std::string::npos);
}

TEST(AcceptTest, PrefersWhatTheScraperPrefers) {
  const char* prometheus_server =
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  EXPECT_TRUE(metrics::prefers_openmetrics(prometheus_server));
  EXPECT_TRUE(metrics::prefers_openmetrics("application/openmetrics-text"));
  EXPECT_TRUE(metrics::prefers_openmetrics(" text/plain ; q=0.3 , application/openmetrics-text ; q=0.4"));
  EXPECT_FALSE(metrics::prefers_openmetrics(""));
  EXPECT_FALSE(metrics::prefers_openmetrics("*/*"));
  EXPECT_FALSE(metrics::prefers_openmetrics("text/html,application/xhtml+xml,*/*;q=0.8"));
  EXPECT_FALSE(metrics::prefers_openmetrics("application/openmetrics-text;q=0"));
  EXPECT_FALSE(metrics::prefers_openmetrics("application/openmetrics-text;version=2.0.0,text/plain"));
  EXPECT_FALSE(metrics::prefers_openmetrics("text/plain;q=0.9,application/openmetrics-text;q=0.1"));
  EXPECT_FALSE(metrics::prefers_openmetrics(";;,,q=;=,"));
}

TEST(AcceptTest, ContentTypeSaysTheFormat) {
  EXPECT_EQ(metrics::render({}, "").content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(metrics::render({}, "application/openmetrics-text").content_type,
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

TEST(CatalogueTest, EveryMetricIsShown) {
  std::map<std::string, bool> shown;
  for (const auto& family : metrics::families(sample_snapshot())) shown[family.name] = true;
  for (const auto& metric : catalogue()) EXPECT_TRUE(shown.contains(std::string(metric.name))) << metric.name;
  EXPECT_EQ(shown.size(), catalogue().size()) << "a name stands twice";
}

TEST(CatalogueTest, NamesSayTypeAndUnit) {
  for (const auto& metric : catalogue()) {
    EXPECT_EQ(metric.name.ends_with("_total"), metric.type == kind::counter) << metric.name;
    EXPECT_EQ(metric.name.ends_with("_info"), metric.type == kind::info) << metric.name;
    EXPECT_NE(metric.name.find(metric.unit), std::string_view::npos) << metric.name;
    EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
  }
}
