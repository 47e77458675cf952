#include "loadgen/event_source.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>

#include "loadgen/checksum.h"
#include "loadgen/mark.h"
#include "loadgen/units.h"
#include "loadgen/wall_clock.h"

namespace loadgen {
namespace {

constexpr std::string_view now = "2026-01-02T03:04:05.678Z";

std::string next_event(event_source& source, const event_images& images) {
  std::string text(images.largest(), '\0');
  const written_event written = source.write(text.data(), now);
  text.resize(written.size);
  return text;
}

TEST(EventSourceTest, EventsAreValidJsonOfTheExactSize) {
  for (const std::size_t size : {90U, 91U, 97U, 100U, 128U, 170U, 180U, 200U, 256U, 1000U, 65536U}) {
    const auto images = event_images::shop(size_mix::parse(std::to_string(size)), 0xabcdef01, 1);
    event_source source(images, {1000, 4, 1}, {}, 1);
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

TEST(EventSourceTest, TooSmallASizeIsRefused) {
  EXPECT_THROW(event_images::shop(size_mix::parse("89"), 1, 1), usage_error);
  EXPECT_THROW(event_images::shop(size_mix::parse("50-500"), 1, 1), usage_error);
}

TEST(EventSourceTest, NumbersAndSequencesCountUp) {
  const auto images = event_images::shop(size_mix::parse("256"), 7, 1);
  event_source source(images, {50, 5, 3}, {}, 9);
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

TEST(EventSourceTest, TheSameSeedMakesTheSameEvents) {
  const auto images = event_images::shop(size_mix::parse("100-400"), 7, 1);
  event_source one(images, {50, 1, 0}, {1.0}, 9);
  event_source two(images, {50, 1, 0}, {1.0}, 9);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(next_event(one, images), next_event(two, images));
}

TEST(EventSourceTest, EveryChangedByteBreaksTheChecksum) {
  const auto images = event_images::shop(size_mix::parse("256"), 7, 1);
  event_source source(images, {50, 1, 0}, {}, 9);
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

TEST(EventSourceTest, TemplatesArePatchedEverywhere) {
  const auto images = event_images::from_template(
      "{\"id\":\"{{mark}}\",\"aggregateId\":\"{{aggregate}}\",\"at\":\"{{timestamp}}\",\"again\":\"{{aggregate}}\"}\n\n"
      "{\"x\":1,\"id\":\"{{mark}}\",\"aggregateId\":\"{{aggregate}}\"}\r\n",
      0x1234);
  EXPECT_EQ(images.size(), 2U);
  EXPECT_TRUE(images.keyed());
  event_source source(images, {8, 1, 0}, {}, 1);
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

TEST(EventSourceTest, ATemplateWithoutItsMarkIsRefused) {
  EXPECT_THROW(event_images::from_template("{\"aggregateId\":\"{{aggregate}}\"}", 1), usage_error);
  EXPECT_THROW(event_images::from_template("{{mark}}{{mark}}", 1), usage_error);
  EXPECT_THROW(event_images::from_template("\n\n", 1), usage_error);
  EXPECT_FALSE(event_images::from_template("{\"id\":\"{{mark}}\"}", 1).keyed());
}

TEST(MarkTest, ReadsBackWhatItWrites) {
  const mark id{0xdeadbeef, 0xffff, 0x12345678, 0xfffffff, 0x0abcdef, 0x87654321};
  const std::string text = to_string(id);
  EXPECT_EQ(text, "deadbeef-ffff-12345678-fffffff-0abcdef-87654321");
  const auto found = find_mark("xx" + text + "yy", "deadbeef", 77);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at, 2U);
  EXPECT_EQ(found->value.sequence, id.sequence);
  EXPECT_EQ(found->value.sum, id.sum);
}

TEST(MarkTest, IgnoresOtherRunsAndCutMarks) {
  const std::string text = to_string(mark{1, 2, 3, 4, 5, 6});
  EXPECT_FALSE(find_mark(text, "00000002", 0));
  EXPECT_FALSE(find_mark(text.substr(0, 46), "00000001", 0));
  EXPECT_FALSE(find_mark("00000001", "00000001", 0));
  EXPECT_TRUE(find_mark("00000001 " + text, "00000001", 0));
}

}  // namespace
}  // namespace loadgen
