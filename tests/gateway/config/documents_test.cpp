// The example file and docs/configuration.md tell the truth about the option table. To bring the page's tables up to
// date, run this test with HEADGATE_UPDATE_DOCS=1.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gateway/config/option_table.h"
#include "gateway/config/reload.h"
#include "gateway/config/render.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

const std::string source_dir = HEADGATE_SOURCE_DIR;

std::string read(const std::string& path) {
  std::ifstream in(source_dir + "/" + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(ExampleFileTest, SaysTheDefaultsAndNothingElse) {
  const draft example = from_yaml(read("deploy/headgate.example.yaml"));
  const auto s = finalize(example);
  ASSERT_TRUE(s) << errors_of(example).front();
  const auto by_default = finalize(typed({"--kafka", "127.0.0.1:9092"}));
  ASSERT_TRUE(by_default);
  const changes c = compare(*by_default, *s);
  EXPECT_THAT(c.reloadable, testing::ElementsAre());
  EXPECT_THAT(c.needs_restart, testing::ElementsAre());
}

TEST(ExampleFileTest, WritesEveryOption) {
  const draft example = from_yaml(read("deploy/headgate.example.yaml"));
  for (const setting_option& o : setting_options()) EXPECT_TRUE(example.values.contains(o.path)) << o.path;
  for (const topic_option& o : topic_options())
    if (o.path != "pattern") {
      EXPECT_TRUE(example.topic_defaults.values.contains(o.path)) << o.path;
    }
}

/// The examples that are commented out in the file, so that they are checked too.
TEST(ExampleFileTest, ItsCommentedExamplesAreValid) {
  std::istringstream in(read("deploy/headgate.example.yaml"));
  std::string text;
  for (std::string line; std::getline(in, line);) {
    const auto mark = line.find("# ");
    const bool indented = mark != std::string::npos && mark > 0 && line.find_first_not_of(' ') == mark;
    const std::string body = indented ? line.substr(mark + 2) : "";
    const bool property =
        body.starts_with("s") && body.find(": ") != std::string::npos && body.find('.') < body.find(':');
    const bool entry = body.starts_with("- pattern") || body.starts_with("  ");
    text += property || entry ? line.substr(0, mark) + body + "\n" : line + "\n";
  }
  const draft d = from_yaml(text, {{"HEADGATE_KAFKA_PASSWORD", "x"}});
  const auto s = finalize(d);
  ASSERT_TRUE(s) << errors_of(d).front();
  EXPECT_EQ(s->kafka.properties.size(), 5U);
  EXPECT_EQ(s->topics.size(), 4U);
}

/// Replaces or compares what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.
void expect_generated(const std::string& page, const std::string& section, const std::string& wanted) {
  const std::string begin = "<!-- begin " + section + " -->\n";
  const std::string end = "<!-- end " + section + " -->";
  std::string text = read(page);
  const auto from = text.find(begin);
  const auto to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << page << " has no section " << section;
  const std::string found = text.substr(from + begin.size(), to - from - begin.size());
  if (found != wanted && std::getenv("HEADGATE_UPDATE_DOCS")) {
    text.replace(from + begin.size(), found.size(), wanted);
    std::ofstream(source_dir + "/" + page) << text;
    return;
  }
  EXPECT_EQ(found, wanted) << "run this test with HEADGATE_UPDATE_DOCS=1";
}

TEST(ConfigurationPageTest, ItsTablesAreThoseOfTheProgram) {
  expect_generated("docs/configuration.md", "options", render_options());
  expect_generated("docs/configuration.md", "refused", render_refused_properties());
  expect_generated("docs/configuration.md", "known", render_known_properties());
}

/// Every ```yaml block of the page is a configuration that would be accepted.
TEST(ConfigurationPageTest, ItsRecipesAreValid) {
  std::istringstream in(read("docs/configuration.md"));
  std::string block;
  bool inside = false;
  int blocks = 0;
  for (std::string line; std::getline(in, line);) {
    if (line == "```yaml") {
      inside = true;
      block.clear();
    } else if (inside && line == "```") {
      inside = false;
      ++blocks;
      draft d = from_yaml(block, {{"HEADGATE_KAFKA_PASSWORD", "x"}});
      if (!d.values.contains("kafka.bootstrap")) d.put("kafka.bootstrap", {{"k:9092"}, false, {}});
      EXPECT_THAT(errors_of(d), testing::ElementsAre()) << block;
    } else if (inside) {
      block += line + "\n";
    }
  }
  EXPECT_GE(blocks, 5);
}

}  // namespace
}  // namespace gateway::config::test
