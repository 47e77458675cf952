#include "loadgen/units/option.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>

namespace loadgen::units {
namespace {

using namespace std::chrono_literals;

std::string why(const std::function<void()>& read) {
  try {
    read();
    return "";
  } catch (const usage_error& error) {
    return error.what();
  }
}

TEST(OptionTest, WholeNumbersStayWithinTheirBounds) {
  EXPECT_EQ(read_whole_number("--n", "5k", 1, 5000), 5000U);
  EXPECT_EQ(read_whole_number("--n", "0", 0, 10), 0U);
  for (const char* text : {"", "0", "5001", "1.5", "x", "-1", "1e300"}) {
    EXPECT_EQ(
        why([&] { read_whole_number("--n", text, 1, 5000); }),
        "--n: cannot use '" + std::string(text) + "': write a whole number from 1 to 5,000, as in 50000, 50k or 1.5M");
  }
}

TEST(OptionTest, DurationsStayWithinTheirBounds) {
  EXPECT_EQ(read_duration("--t", "1.5s", 1ms, 2s), 1500ms);
  for (const char* text : {"", "0s", "3s", "5", "1e300h"}) {
    EXPECT_EQ(why([&] { read_duration("--t", text, 1ms, 2s); }),
              "--t: cannot use '" + std::string(text) + "': write a time from 1ms to 2s, as in 500ms, 30s or 2m");
  }
}

TEST(OptionTest, ChoicesNameAllOfThem) {
  constexpr std::array<std::string_view, 3> names{"one", "two", "three"};
  EXPECT_EQ(read_choice("--c", "two", names), 1U);
  EXPECT_EQ(why([&] { read_choice("--c", "four", names); }), "--c: cannot use 'four': write one, two or three");
}

}  // namespace
}  // namespace loadgen::units
