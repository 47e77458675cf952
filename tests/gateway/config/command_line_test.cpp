#include "gateway/config/command_line.h"

#include <gtest/gtest.h>

#include "gateway/config/settings.h"
#include "gateway/config/values.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using action = command::action;
using testing::HasSubstr;

TEST(CommandLineTest, KafkaAloneIsAWorkingGateway) {
  const auto s = finalize(typed({"--kafka", "127.0.0.1:9092"}));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->kafka.bootstrap, "127.0.0.1:9092");
  EXPECT_EQ(s->http->port, 8080);
  EXPECT_EQ(s->tcp->port, 7070);
  EXPECT_EQ(s->admin->port, 9464);
  EXPECT_FALSE(s->lines);
  EXPECT_GE(s->lanes, 1U);
  EXPECT_EQ(s->of_topic("any").pattern, "*");
}

TEST(CommandLineTest, EachFlagWritesItsOwnOption) {
  const auto s = finalize(typed({"--kafka=k:1", "--http=127.0.0.1:2", "--tcp=127.0.0.1:3", "--lines=127.0.0.1:4",
                                 "--lines-topic=t5", "--admin=[::1]:6"}));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->kafka.bootstrap, "k:1");
  EXPECT_EQ(s->http->port, 2);
  EXPECT_EQ(s->tcp->port, 3);
  EXPECT_EQ(s->lines->port, 4);
  EXPECT_EQ(s->lines_topic, "t5");
  EXPECT_EQ(s->admin->address, "::1");
  EXPECT_EQ(s->admin->port, 6);
}

TEST(CommandLineTest, OffTurnsAListenerOff) {
  const auto s = finalize(typed({"--kafka=k:1", "--http", "off", "--admin", "off"}));
  ASSERT_TRUE(s);
  EXPECT_FALSE(s->http);
  EXPECT_FALSE(s->admin);
}

TEST(CommandLineTest, SubcommandsTakeTheSameFlagsOnEitherSide) {
  for (const auto& arguments : {std::vector<const char*>{"check", "--config", "f", "--set", "lanes=2"},
                                std::vector<const char*>{"--set", "lanes=2", "--config", "f", "check"}}) {
    const auto c = parse(arguments);
    ASSERT_TRUE(c);
    EXPECT_EQ(c->what, action::check);
    EXPECT_EQ(c->file, "f");
    ASSERT_EQ(c->values.size(), 1U);
    EXPECT_EQ(c->values[0].path, "lanes");
  }
}

TEST(CommandLineTest, ActionsAreWhatIsAskedFor) {
  EXPECT_EQ(parse({})->what, action::run);
  EXPECT_EQ(parse({"config"})->what, action::show_config);
  EXPECT_EQ(parse({"config", "--options"})->what, action::show_options);
  EXPECT_EQ(parse({"--version"})->what, action::version);
  EXPECT_EQ(parse({"--help"})->what, action::help);
  EXPECT_EQ(parse({"config", "--help"})->what, action::help);
}

TEST(CommandLineTest, SetTakesOneAssignmentEachTime) {
  const auto c = parse({"--set", "a.b=c=d", "--set", "e=", "config"});
  ASSERT_TRUE(c);
  ASSERT_EQ(c->values.size(), 2U);
  EXPECT_EQ(c->values[0].path, "a.b");
  EXPECT_EQ(c->values[0].text, "c=d");
  EXPECT_EQ(c->values[1].text, "");
}

TEST(CommandLineTest, WhatCannotBeUnderstoodIsAUsageError) {
  for (const auto& arguments : {std::vector<const char*>{"--nope"},
                                {"nope"},
                                {"--http"},
                                {"--set"},
                                {"--set", "no-equals"},
                                {"--set", "=1"},
                                {"check", "config"},
                                {"--http", "a", "--http", "b"},
                                {"config", "extra"}}) {
    const auto c = parse(arguments);
    ASSERT_FALSE(c) << arguments[0];
    EXPECT_THAT(c.error().text, HasSubstr("headgate --help"));
  }
  EXPECT_EQ(usage_error::exit_code, 2);
}

TEST(CommandLineTest, MistypedFlagsAreRecognised) {
  EXPECT_THAT(parse({"--kafak", "x"}).error().text, HasSubstr("did you mean --kafka?"));
  EXPECT_THAT(parse({"chekc"}).error().text, HasSubstr("did you mean check?"));
}

TEST(CommandLineTest, ListsAreSplitAtCommas) {
  const auto s =
      finalize(typed({"--kafka=k:1", "--set", "lag.groups=a, b", "--set", "topic_defaults.key_pointers=[/x,/y]"}));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->lag.groups, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(s->of_topic("t").key_pointers, (std::vector<std::string>{"/x", "/y"}));
}

TEST(CommandLineTest, HelpNamesEveryFlagDefaultAndExitCode) {
  for (const char* part : {"--kafka", "--http", "--tcp", "--lines ", "--lines-topic", "--admin", "--set", "--config",
                           "--version", "check", "4 stopped"})
    EXPECT_THAT(help_text(), HasSubstr(part));
  const settings by_default;
  for (const auto& at : {by_default.http, by_default.tcp, by_default.admin})
    EXPECT_THAT(help_text(), HasSubstr("default " + format_endpoint(at)));
}

TEST(CommandLineTest, WithoutKafkaTheErrorSaysWhatToWrite) {
  EXPECT_THAT(errors_of(typed({})), testing::ElementsAre(HasSubstr("--kafka HOST:PORT")));
}

TEST(CommandLineTest, TheFileMayBeNamedByTheEnvironment) {
  const draft d = load(*parse({}), environment_of({{"HEADGATE_CONFIG", "/does/not/exist.yaml"}}));
  EXPECT_THAT(errors_of(d), testing::Contains(HasSubstr("/does/not/exist.yaml: cannot be read")));
}

}  // namespace
}  // namespace gateway::config::test
