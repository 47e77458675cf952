#include "gateway/config/draft.h"

#include <gtest/gtest.h>

#include <set>

#include "gateway/config/option_table.h"
#include "gateway/config/suggest.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

written text(std::string value, origin from) { return {{std::move(value)}, false, std::move(from)}; }
const origin in_file{origin::source::file, "f.yaml", 3, {}};
const origin later_in_file{origin::source::file, "f.yaml", 9, {}};
const origin flag{origin::source::command_line, "--http", 0, {}};
const origin set{origin::source::command_line, "--set", 0, {}};

TEST(DraftTest, TheCommandLineWinsOverTheFileInEitherOrder) {
  draft a;
  a.put("lanes", text("1", in_file));
  a.put("lanes", text("2", set));
  draft b;
  b.put("lanes", text("2", set));
  b.put("lanes", text("1", in_file));
  for (const draft& d : {a, b}) {
    EXPECT_TRUE(d.errors.empty());
    EXPECT_EQ(d.values.at("lanes").items, std::vector<std::string>{"2"});
    EXPECT_EQ(d.origin_of("lanes").text(), "--set");
  }
}

TEST(DraftTest, OneSourceMustNotContradictItself) {
  draft d;
  d.put("lanes", text("1", in_file));
  d.put("lanes", text("1", later_in_file));
  d.put("listen.http", text("127.0.0.1:1", flag));
  d.put("listen.http", text("127.0.0.1:2", set));
  ASSERT_EQ(d.errors.size(), 2U);
  EXPECT_EQ(d.errors[0].code, errc::duplicate_key);
  EXPECT_EQ(d.errors[0].text(), "f.yaml:9: lanes: is given twice, also at f.yaml:3: keep one");
  EXPECT_THAT(d.errors[1].text(), HasSubstr("also at --http"));
}

TEST(DraftTest, SayingTheSameTwiceOnTheCommandLineIsNoContradiction) {
  draft d;
  d.put("listen.http", text("off", flag));
  d.put("listen.http", text("off", set));
  EXPECT_TRUE(d.errors.empty());
}

TEST(DraftTest, UnknownKeysNameTheNearest) {
  draft d;
  for (const char* path :
       {"limits.body_byte_max", "body_bytes_max", "topic_defaults.akc", "limts.head_time_max", "utterly.different"})
    d.put(path, text("1", in_file));
  EXPECT_THAT(
      errors_of(d),
      ElementsAre(HasSubstr("kafka.bootstrap"), HasSubstr("did you mean limits.body_bytes_max?"),
                  HasSubstr("did you mean limits.body_bytes_max?"), HasSubstr("did you mean topic_defaults.ack?"),
                  HasSubstr("did you mean limits.head_time_max?"), testing::Not(HasSubstr("did you mean"))));
}

TEST(DraftTest, OriginsReadLikePlaces) {
  EXPECT_EQ(origin{}.text(), "default");
  EXPECT_EQ(in_file.text(), "f.yaml:3");
  EXPECT_EQ(flag.text(), "--http");
  EXPECT_EQ((origin{origin::source::file, "f.yaml", 3, "SECRET"}).text(), "f.yaml:3, environment SECRET");
}

TEST(DraftTest, EveryErrorHasAName) {
  for (int i = 0; i <= static_cast<int>(errc::unset_environment); ++i) EXPECT_FALSE(name(static_cast<errc>(i)).empty());
}

TEST(SuggestTest, NothingNearIsNoSuggestion) {
  EXPECT_EQ(nearest("zzz", {"limits.body_bytes_max"}), "");
  EXPECT_EQ(nearest(std::string(5000, 'a'), option_paths()), "");
  EXPECT_EQ(nearest("", option_paths()), "");
}

TEST(OptionTableTest, EveryRowIsCompleteAndItsPathUnique) {
  std::set<std::string_view> seen;
  for (const setting_option& o : setting_options()) {
    EXPECT_TRUE(seen.insert(o.path).second) << o.path;
    EXPECT_FALSE(o.doc.empty() || o.takes.empty()) << o.path;
  }
  for (const topic_option& o : topic_options()) EXPECT_TRUE(seen.insert(o.path).second) << o.path;
}

// Distinct values per row: a row whose setter and getter name different members shows another row's value.
TEST(OptionTableTest, EachRowWritesOnlyItsOwnPlace) {
  for (const setting_option& written_one : setting_options()) {
    settings s;
    const std::string before = written_one.show(s);
    std::string value;
    for (const char* candidate : {"7",
                                  "77",
                                  "2m",
                                  "70ms",
                                  "70KiB",
                                  "7MiB",
                                  "2MiB",
                                  "lz4",
                                  "direct",
                                  "json",
                                  "debug",
                                  "127.0.0.1:77",
                                  "topic7",
                                  "k:77",
                                  "true",
                                  "false",
                                  "a-token-of-some-length",
                                  "PLAIN",
                                  "https://h/t",
                                  "off",
                                  "required",
                                  "1.3",
                                  "10.0.0.7"}) {
      settings trial;
      if (written_one.set(trial, {{candidate}, written_one.takes_list, {}}).message.empty() &&
          written_one.show(trial) != before) {
        value = candidate;
        break;
      }
    }
    ASSERT_FALSE(value.empty()) << written_one.path;
    ASSERT_TRUE(written_one.set(s, {{value}, written_one.takes_list, {}}).message.empty());
    const settings untouched;
    for (const setting_option& other : setting_options())
      if (other.path != written_one.path) {
        EXPECT_EQ(other.show(s), other.show(untouched)) << written_one.path << " also wrote " << other.path;
      }
    EXPECT_NE(written_one.show(s), before) << written_one.path;
  }
}

TEST(OptionTableTest, DefaultsLieWithinTheirOwnBounds) {
  const settings by_default;
  for (const setting_option& o : setting_options()) {
    if (o.path == "kafka.bootstrap" || o.takes_list) continue;
    settings s;
    EXPECT_EQ(o.set(s, {{o.show(by_default)}, false, {}}).message, "") << o.path;
    EXPECT_EQ(o.show(s), o.show(by_default)) << o.path;
  }
}

}  // namespace
}  // namespace gateway::config::test
