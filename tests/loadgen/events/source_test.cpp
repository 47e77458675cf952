#include "loadgen/events/source.h"

#include <gtest/gtest.h>

#include <simdjson.h>
#include <map>

#include "loadgen/events/mark.h"

namespace loadgen::events {
namespace {

constexpr std::string_view now = "2026-01-02T03:04:05.678Z";

std::string next_event(source& source, const images& images) {
  std::string text(images.largest(), '\0');
  const written_event written = source.write(text.data(), now);
  text.resize(written.size);
  return text;
}

TEST(SourceTest, EventsAreValidJsonOfTheExactSize) {
  for (const std::size_t size : {90U, 91U, 97U, 100U, 128U, 170U, 180U, 200U, 256U, 1000U, 65536U}) {
    const auto images = images::shop(size_mix::parse(std::to_string(size)), 0xabcdef01, 1);
    source source(images, {1000, 4, 1}, {}, 1);
    simdjson::dom::parser parser;
    for (int i = 0; i < 50; ++i) {
      const std::string event = next_event(source, images);
      ASSERT_EQ(event.size(), size);
      const simdjson::dom::element root = parser.parse(event);
      const std::string_view aggregate = root["aggregateId"];
      const std::string_view id = root["eventId"];
      const auto found = find_mark(event, "abcdef01", 0);
      ASSERT_TRUE(found);
      EXPECT_EQ(id, to_string(found->value));
      EXPECT_EQ(aggregate, aggregate_text(found->value.aggregate));
      if (size >= 256) {
        EXPECT_EQ(std::string_view(root["timestamp"]), now);
        EXPECT_TRUE(root["eventType"].is_string());
        EXPECT_TRUE(root["payload"].is_object());
      }
    }
  }
}

TEST(SourceTest, NumbersAndSequencesCountUp) {
  const auto images = images::shop(size_mix::parse("256"), 7, 1);
  source source(images, {50, 5, 3}, {}, 9);
  std::map<std::uint32_t, std::uint32_t> sequences;
  for (std::uint32_t i = 0; i < 500; ++i) {
    const std::string event = next_event(source, images);
    const mark id = find_mark(event, "00000007", 0)->value;
    EXPECT_EQ(id.number, i);
    EXPECT_EQ(id.stream, 3U);
    EXPECT_EQ(id.aggregate % 5, 3U);
    EXPECT_EQ(id.sequence, ++sequences[id.aggregate]);
  }
}

TEST(SourceTest, TheSameSeedMakesTheSameEvents) {
  const auto images = images::shop(size_mix::parse("100-400"), 7, 1);
  source one(images, {50, 1, 0}, {1.0}, 9);
  source two(images, {50, 1, 0}, {1.0}, 9);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(next_event(one, images), next_event(two, images));
}

TEST(SourceTest, EveryChangedByteBreaksTheChecksum) {
  const auto images = images::shop(size_mix::parse("256"), 7, 1);
  source source(images, {50, 1, 0}, {}, 9);
  const std::string event = next_event(source, images);
  const auto found = find_mark(event, "00000007", 0);
  std::string scratch;
  ASSERT_EQ(checksum_without_sum(event, found->at, scratch), found->value.sum);
  for (std::size_t i = 0; i < event.size(); ++i) {
    std::string altered = event;
    altered[i] ^= 1;
    const auto still = find_mark(altered, "00000007", found->at);
    if (still) {
      EXPECT_NE(checksum_without_sum(altered, still->at, scratch), still->value.sum) << i;
    }
  }
  EXPECT_NE(checksum_without_sum(event + " ", found->at, scratch), found->value.sum);
}

TEST(SourceTest, TemplatesArePatchedEverywhere) {
  const auto images = images::from_template(
      "{\"id\":\"{{mark}}\",\"aggregateId\":\"{{aggregate}}\",\"at\":\"{{timestamp}}\",\"again\":\"{{aggregate}}\"}\n\n"
      "{\"x\":1,\"id\":\"{{mark}}\",\"aggregateId\":\"{{aggregate}}\"}\r\n",
      0x1234);
  EXPECT_EQ(images.size(), 2U);
  EXPECT_TRUE(images.keyed());
  source source(images, {8, 1, 0}, {}, 1);
  for (int i = 0; i < 10; ++i) {
    const std::string event = next_event(source, images);
    const auto found = find_mark(event, "00001234", 0);
    ASSERT_TRUE(found) << event;
    std::string scratch;
    EXPECT_EQ(checksum_without_sum(event, found->at, scratch), found->value.sum);
    EXPECT_NE(event.find(aggregate_text(found->value.aggregate)), std::string::npos);
    EXPECT_EQ(event.find("{{"), std::string::npos);
  }
}

}  // namespace
}  // namespace loadgen::events
