// docs/operations.md tells the truth: its tables are those of the catalogues, and every alert has its place in it.
// After a change, HEADGATE_UPDATE_DOCS=1 writes the tables anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "metrics/catalogue.h"
#include "metrics/events.h"

namespace {

const std::string root = HEADGATE_SOURCE_DIR;
const std::string page_path = root + "/docs/operations.md";

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string happenings_markdown() {
  std::string out = "| line | level | | what it means | what to do |\n|---|---|---|---|---|\n";
  for (const auto& row : metrics::happening_catalogue()) {
    out.append("| `").append(row.name).append("` | ").append(metrics::to_string(row.level));
    out.append(row.calls_person ? " | **call** | " : " | | ").append(row.meaning).append(" | ");
    out.append(row.what_to_do).append(" |\n");
  }
  return out;
}

/// The table between `begin` and the end mark that follows it.
struct section {
  std::size_t at = 0;
  std::size_t size = 0;
};

section find_section(const std::string& page, std::string_view begin) {
  const std::size_t mark = page.find(begin);
  if (mark == std::string::npos) return {};
  const std::size_t at = page.find('\n', mark) + 1;
  return {at, page.find("<!-- end -->", at) - at};
}

void expect_table(std::string_view begin, const std::string& table) {
  std::string page = read(page_path);
  const section found = find_section(page, begin);
  ASSERT_NE(found.at, 0u) << "no mark " << begin;
  if (std::getenv("HEADGATE_UPDATE_DOCS") != nullptr) {
    std::ofstream(page_path) << page.replace(found.at, found.size, table);
    return;
  }
  EXPECT_EQ(page.substr(found.at, found.size), table) << "run this test once with HEADGATE_UPDATE_DOCS=1";
}

/// Every word that begins like one of our metrics.
std::set<std::string> metric_names(const std::string& text) {
  constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyz_0123456789";
  std::set<std::string> names;
  for (const std::string_view prefix : {"headgate_", "process_", "kafka_consumergroup_"})
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1))
      if (at == 0 || word.find(text[at - 1]) == std::string_view::npos)
        names.insert(text.substr(at, text.find_first_not_of(word, at) - at));
  return names;
}

}  // namespace

TEST(OperationsPageTest, ListsEveryMetricOfTheCatalogue) {
  expect_table("<!-- metrics:", metrics::catalogue_markdown());
}

TEST(OperationsPageTest, ListsEveryHappeningOfTheCatalogue) { expect_table("<!-- happenings:", happenings_markdown()); }

TEST(OperationsPageTest, SaysWhatToDoAboutEveryAlert) {
  const std::string page = read(page_path);
  const std::string rules = read(root + "/deploy/prometheus/headgate.rules.yml");
  const std::string_view mark = "- alert: ";
  int alerts = 0;
  for (std::size_t at = rules.find(mark); at != std::string::npos; at = rules.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    const std::string alert = rules.substr(begin, rules.find('\n', begin) - begin);
    EXPECT_NE(page.find("`" + alert + "`"), std::string::npos) << alert;
    ++alerts;
  }
  EXPECT_GT(alerts, 10);
}

TEST(OperationsPageTest, AlertsAndDashboardAskOnlyForMetricsThatExist) {
  std::set<std::string> known;
  for (const auto& metric : metrics::catalogue()) {
    known.emplace(metric.name);
    if (metric.type == metrics::kind::histogram)
      for (const char* suffix : {"_bucket", "_sum", "_count"}) known.insert(std::string(metric.name) + suffix);
  }
  for (const char* file : {"/deploy/prometheus/headgate.rules.yml", "/deploy/grafana/headgate.json"}) {
    const std::string asked = read(root + file);
    const auto asked_for = metric_names(asked);
    EXPECT_GT(asked_for.size(), 10u) << file;
    for (const std::string& name : asked_for) EXPECT_TRUE(known.contains(name)) << name << " in " << file;
  }
}
