#include "gateway/http1/problem.h"

#include <gtest/gtest.h>

#include <set>

#include "gateway/http1/reply.h"

namespace gateway::http1 {
namespace {

TEST(ProblemTest, EveryErrorHasItsOwnRow) {
  std::set<std::string_view> codes;
  ASSERT_EQ(problem_table().size(), errcs);
  for (std::size_t i = 0; i < errcs; ++i) {
    const problem_row& row = row_of(static_cast<errc>(i));
    EXPECT_EQ(static_cast<std::size_t>(row.error), i);
    EXPECT_FALSE(row.title.empty());
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_TRUE(row.status == 500 || reason_phrase(row.status) != reason_phrase(500)) << row.status;
  }
}

TEST(ProblemTest, EveryStatusIsOneTheInterfaceNames) {
  for (const problem_row& row : problem_table())
    EXPECT_TRUE(
        (std::set{400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 415, 417, 422, 429, 431, 500, 501, 503, 504, 505}
             .contains(row.status)))
        << row.code;
}

TEST(ProblemTest, IsAlwaysValidJson) {
  std::string text;
  append_problem(text, {errc::invalid_query, "a \"quoted\" \x01 \xff \\ detail"});
  EXPECT_EQ(text, R"({"type":"urn:headgate:problem:invalid_query","title":"A query parameter is wrong","status":400,)"
                  R"("code":"invalid_query","detail":"a \"quoted\" \u0001 )"
                  "\xef\xbf\xbd"
                  R"( \\ detail"})");
}

}  // namespace
}  // namespace gateway::http1
