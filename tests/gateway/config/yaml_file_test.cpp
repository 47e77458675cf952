#include "gateway/config/yaml_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/config/option_table.h"
#include "gateway/config/yaml_tree.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(YamlFileTest, SectionsAndDottedKeysSayTheSame) {
  for (const char* text :
       {"limits:\n  json_depth_max: 7\n", "limits.json_depth_max: 7\n", "limits: {json_depth_max: 7}\n"})
    EXPECT_EQ(finalize(with_kafka(text))->limits.json_depth_max, 7U) << text;
}

TEST(YamlFileTest, EmptyFilesAndEmptySectionsAreNoError) {
  for (const char* text :
       {"", "# nothing\n", "---\n", "limits:\n", "topics:\n", "kafka:\n  properties:\n", "topic_defaults:\n"})
    EXPECT_THAT(errors_of(from_yaml(text)), ElementsAre(HasSubstr("kafka.bootstrap"))) << text;
}

TEST(YamlFileTest, AKeyWrittenTwiceNamesBothLines) {
  EXPECT_THAT(errors_of(with_kafka("lanes: 1\nlanes: 1\n")),
              ElementsAre("headgate.yaml:2: lanes: is given twice, also at headgate.yaml:1: keep one"));
  EXPECT_THAT(codes_of(with_kafka("limits:\n  headers_max: 9\nlimits.headers_max: 9\n")),
              ElementsAre(errc::duplicate_key));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - {pattern: a, ack: none, ack: broker}\n")),
              ElementsAre(errc::duplicate_key));
  EXPECT_THAT(codes_of(with_kafka("kafka.properties: {client.id: a, client.id: b}\n")),
              ElementsAre(errc::duplicate_key));
}

TEST(YamlFileTest, UnknownSectionsAreNamedOnce) {
  EXPECT_THAT(errors_of(with_kafka("limit:\n  a: 1\n  b: 2\n")),
              ElementsAre(HasSubstr("headgate.yaml:1: limit: there is no such key")));
}

TEST(YamlFileTest, WrongShapesAreNamed) {
  for (const char* text : {"lanes: [1]\n", "lanes: {a: 1}\n", "lanes:\n", "limits: 3\n", "topics: 3\n", "topics: [a]\n",
                           "kafka.properties: 3\n", "lag.groups: [[a]]\n", "kafka.properties: {a: [1]}\n",
                           "? [a]\n: 1\n", "- a\n", "text\n"}) {
    const auto codes = codes_of(from_yaml(text));
    ASSERT_FALSE(codes.empty()) << text;
    EXPECT_TRUE(std::ranges::count(codes, errc::wrong_type) == 1 || std::ranges::count(codes, errc::unknown_key) == 1)
        << text;
  }
}

/// The paths of all that takes values.
std::vector<std::string> every_path() {
  std::vector<std::string> out = option_paths();
  std::erase_if(out, [](const std::string& path) {
    return path == "kafka.properties" || path == "topics" || path == "tenants" || path == "routes" ||
           path == "auth.certificates.map";
  });
  for (const std::string& key : topic_option_paths(true)) out.push_back(key);
  out.emplace_back("kafka.properties.client.id");
  return out;
}

TEST(YamlFileTest, KeysWhereAValueBelongsAreNamedForEveryOption) {
  for (const std::string& path : every_path())
    EXPECT_THAT(errors_of(from_yaml(path + ":\n  a: 1\n")),
                testing::Contains(HasSubstr(path + ": takes a value, not keys")));
  EXPECT_THAT(errors_of(with_kafka("topic_defaults:\n  acks:\n    a: 1\n")),
              ElementsAre(HasSubstr("topic_defaults.acks: there is no such key; did you mean")));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - pattern: {a: 1}\n")), testing::Contains(errc::wrong_type));
}

TEST(YamlFileTest, ListsAreTakenOrRefusedByEveryOption) {
  for (const std::string& path : every_path())
    for (const char* list : {"[]", "[[a]]", "[a, b]", "[{a: 1}]"})
      EXPECT_FALSE(codes_of(from_yaml(path + ": " + list + "\nlanes: x\n")).empty()) << path << list;
}

TEST(YamlFileTest, ASingleTextIsAListOfOne) {
  EXPECT_EQ(finalize(with_kafka("lag.groups: billing\n"))->lag.groups, std::vector<std::string>{"billing"});
}

TEST(YamlFileTest, WhatIsNoYamlIsNamedByLine) {
  EXPECT_THAT(errors_of(from_yaml("lanes: 1\nlimits: {\n")), testing::Contains(HasSubstr("headgate.yaml:")));
  EXPECT_THAT(codes_of(from_yaml("a: b: c\n")), testing::Contains(errc::not_yaml));
  EXPECT_THAT(codes_of(from_yaml(std::string("lanes: 1\n\0", 10))), testing::Contains(errc::not_yaml));
  EXPECT_THAT(codes_of(from_yaml("lanes: 1\n---\nlanes: 2\n")), testing::Contains(errc::not_yaml));
}

TEST(YamlFileTest, EnvironmentVariablesAreFilledIn) {
  const draft d =
      with_kafka("kafka.properties:\n  sasl.password: pre-${env:A}${env:B}-post\n", {{"A", "x: #"}, {"B", "${env:A}"}});
  EXPECT_EQ(finalize(d)->kafka.properties.at("sasl.password"), "pre-x: #${env:A}-post");
  EXPECT_EQ(d.origin_of("kafka.properties.sasl.password").text(), "headgate.yaml:2, environment A, B");
}

TEST(YamlFileTest, UnsetVariablesAreAnError) {
  EXPECT_THAT(
      errors_of(with_kafka("kafka.properties:\n  sasl.password: ${env:NOPE}\n")),
      ElementsAre("headgate.yaml:2: kafka.properties.sasl.password: the environment variable 'NOPE' is not set"));
  EXPECT_THAT(codes_of(with_kafka("kafka.properties:\n  sasl.password: ${env:NOPE\n")),
              ElementsAre(errc::invalid_value));
}

TEST(YamlFileTest, BombsAreRefusedBeforeTheyGrow) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    const char before = static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [*" + before + ",*" + before + ",*" + before + "]\n";
  }
  EXPECT_THAT(errors_of(from_yaml(bomb)), testing::Contains(HasSubstr("headgate.yaml:1: anchors (&)")));
  EXPECT_FALSE(parse_yaml(std::string(10'000, '[')));
  EXPECT_FALSE(parse_yaml(std::string(300, '{')));
  EXPECT_FALSE(parse_yaml(std::string(yaml_bytes_max + 1, ' ')));
  EXPECT_TRUE(parse_yaml(std::string(yaml_bytes_max, '\n')));
  EXPECT_FALSE(parse_yaml("<<: *a\n"));
}

TEST(YamlFileTest, DepthHoldsAtItsBound) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + "a" + std::string(depth, ']'); };
  EXPECT_TRUE(parse_yaml(nested(yaml_depth_max)));
  EXPECT_FALSE(parse_yaml(nested(yaml_depth_max + 1)));
}

TEST(YamlFileTest, UnreadableFilesSayWhy) {
  draft d;
  read_yaml_file("/does/not/exist.yaml", environment_of({}), d);
  EXPECT_THAT(errors_of(d), testing::ElementsAre("/does/not/exist.yaml: cannot be read: No such file or directory"));
  draft folder;
  read_yaml_file("/", environment_of({}), folder);
  EXPECT_THAT(codes_of(folder), testing::ElementsAre(errc::unreadable_file));
}

TEST(YamlFileTest, WhatCouldNotBeReadIsNotCalledMissing) {
  EXPECT_THAT(codes_of(from_yaml("kafka: [\n")), testing::ElementsAre(errc::not_yaml));
  EXPECT_THAT(codes_of(from_yaml("kafka: 5\n")), testing::ElementsAre(errc::wrong_type));
}

TEST(YamlFileTest, WindowsLineEndsAndByteOrderMarksAreFine) {
  EXPECT_EQ(finalize(with_kafka("\xef\xbb\xbflimits:\r\n  json_depth_max: 7\r\n"))->limits.json_depth_max, 7U);
}

}  // namespace
}  // namespace gateway::config::test
