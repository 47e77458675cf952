#include "loadgen/events/images.h"

#include <gtest/gtest.h>

#include "loadgen/events/content_error.h"
#include "loadgen/units/option.h"

namespace loadgen::events {
namespace {

TEST(ImagesTest, TooSmallASizeIsRefused) {
  EXPECT_THROW(images::shop(size_mix::parse("89"), 1, 1), units::usage_error);
  EXPECT_THROW(images::shop(size_mix::parse("50-500"), 1, 1), units::usage_error);
}

TEST(ImagesTest, ATemplateWithoutItsMarkIsRefused) {
  EXPECT_THROW(images::from_template("{\"aggregateId\":\"{{aggregate}}\"}", 1), content_error);
  EXPECT_THROW(images::from_template("{{mark}}{{mark}}", 1), content_error);
  EXPECT_THROW(images::from_template("\n\n", 1), content_error);
  EXPECT_FALSE(images::from_template("{\"id\":\"{{mark}}\"}", 1).keyed());
}

}  // namespace
}  // namespace loadgen::events
