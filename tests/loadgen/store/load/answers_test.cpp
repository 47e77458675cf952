#include "loadgen/store/load/answers.h"

#include <gtest/gtest.h>

#include "loadgen/store/history/event.h"

namespace loadgen::store::load {
namespace {

using history::answer;
using history::attempt;

const request_form form{"5f0c2a91", "carts", history::event_bytes_min};

http::response response(int status, std::string body) {
  http::response made;
  made.status = status;
  made.body = std::move(body);
  return made;
}

attempt read(int status, const std::string& body, bool makes_sense = true) {
  answer_reader reader(form);
  attempt told;
  EXPECT_EQ(reader.read_append(response(status, body), told), makes_sense) << status << body;
  return told;
}

constexpr const char* written =
    R"({"aggregate":"cart-7","version":12,"events":2,"first_version":11,"partition":4,"first_offset":900,"last_offset":901,"token":"4:901"})";
constexpr const char* duplicate =
    R"({"aggregate":"cart-7","version":12,"events":2,"first_version":11,"partition":4,"first_offset":900,"last_offset":901,"token":"4:901","duplicate":true})";

TEST(StoreAnswersTest, WrittenAndDuplicateSayWhere) {
  for (const auto& [status, body, said] :
       {std::tuple(201, written, answer::written), {200, duplicate, answer::duplicate}}) {
    const attempt told = read(status, body);
    EXPECT_EQ(told.said, said);
    EXPECT_EQ(told.version, 12U);
    EXPECT_EQ(told.first_version, 11U);
    EXPECT_EQ(told.partition, 4);
    EXPECT_EQ(told.first_offset, 900);
    EXPECT_EQ(told.last_offset, 901);
  }
}

TEST(StoreAnswersTest, AnAnswerThatContradictsItselfIsUnknown) {
  EXPECT_EQ(read(200, written, false).said, answer::unknown);
  EXPECT_EQ(read(201, duplicate, false).said, answer::unknown);
  EXPECT_EQ(read(201, "{}", false).said, answer::unknown);
  EXPECT_EQ(read(201, "", false).said, answer::unknown);
  EXPECT_EQ(read(204, "", false).said, answer::unknown);
}

TEST(StoreAnswersTest, AConflictNamesTheCurrentVersion) {
  for (const int status : {409, 412}) {
    const attempt told = read(status, R"({"status":409,"current_version":17})");
    EXPECT_EQ(told.said, answer::conflict);
    EXPECT_EQ(told.version, 17U);
  }
  EXPECT_EQ(read(409, R"({"code":"other"})").said, answer::refused);
}

TEST(StoreAnswersTest, OtherStatusesAreRefusedOrUnknown) {
  for (const int status : {400, 404, 413, 422, 429, 503}) EXPECT_EQ(read(status, "{}").said, answer::refused);
  for (const int status : {500, 502, 504}) EXPECT_EQ(read(status, "{}").said, answer::unknown);
}

TEST(StoreAnswersTest, OnlyWhatMaySucceedIsSentAgain) {
  for (const int status : {429, 500, 503, 504}) EXPECT_TRUE(is_worth_repeating(read(status, "{}"))) << status;
  for (const int status : {400, 404, 413, 422}) EXPECT_FALSE(is_worth_repeating(read(status, "{}"))) << status;
  EXPECT_FALSE(is_worth_repeating(read(201, written)));
  EXPECT_FALSE(is_worth_repeating(read(409, R"({"current_version":17})")));
  EXPECT_TRUE(is_worth_repeating(attempt{}));
}

class StoreReadTest : public ::testing::Test {
 protected:
  static std::string event(std::uint64_t version) {
    const history::event_name name{0, static_cast<std::uint32_t>(version), 0};
    return R"({"version":)" + std::to_string(version) + R"(,"offset":)" + std::to_string(900 + version) +
           R"(,"timestamp":1,"event":)" + history::event_text(form.run, name, 5, form.event_bytes) + "}";
  }
  static std::string events(std::initializer_list<std::uint64_t> versions) {
    std::string body;
    for (const auto each : versions) body += (body.empty() ? "[" : ",") + event(each);
    return body.empty() ? "[]" : body + "]";
  }

  history::read read(const std::string& body, std::uint64_t version, const read_question& of) {
    answer_reader reader(form);
    http::response from = response(200, body);
    from.aggregate_version = version;
    history::read seen;
    reader.read_events(from, of, seen);
    return seen;
  }

  read_question question{5, history::promise::none, 0, "", 3, 2, false};
};

TEST_F(StoreReadTest, EventsAreReadForward) {
  const history::read seen = read(events({3, 4}), 9, question);
  EXPECT_EQ(seen.flaw, nullptr);
  EXPECT_EQ(seen.version, 9U);
  EXPECT_EQ(seen.low, 3U);
  EXPECT_EQ(seen.count, 2U);
  EXPECT_EQ(seen.digest, history::digest({0, 3, 0}, 3, 903) + history::digest({0, 4, 0}, 4, 904));
}

TEST_F(StoreReadTest, EventsAreReadBackward) {
  question.is_backward = true;
  const history::read seen = read(events({9, 8}), 9, question);
  EXPECT_EQ(seen.flaw, nullptr);
  EXPECT_EQ(seen.low, 8U);
  EXPECT_EQ(seen.count, 2U);
}

TEST_F(StoreReadTest, NothingBeyondTheEndIsRight) {
  const history::read seen = read("[]", 2, question);
  EXPECT_EQ(seen.flaw, nullptr);
  EXPECT_EQ(seen.count, 0U);
}

TEST_F(StoreReadTest, FlawsOfTheAnswerAreFound) {
  EXPECT_NE(read(events({4, 3}), 9, question).flaw, nullptr);
  EXPECT_NE(read(events({3}), 9, question).flaw, nullptr);
  EXPECT_NE(read(events({3, 4, 5}), 9, question).flaw, nullptr);
  EXPECT_NE(read(events({3, 5}), 9, question).flaw, nullptr);
  EXPECT_NE(read("[", 9, question).flaw, nullptr);
  EXPECT_NE(read("{}", 9, question).flaw, nullptr);
  std::string altered = events({3, 4});
  altered[altered.size() - 20] ^= 1;
  EXPECT_NE(read(altered, 9, question).flaw, nullptr);
  question.aggregate = 6;
  EXPECT_NE(read(events({3, 4}), 9, question).flaw, nullptr);
}

TEST_F(StoreReadTest, AnAnswerWithoutTheAggregatesVersionIsFound) {
  answer_reader reader(form);
  history::read seen;
  reader.read_events(response(200, "[]"), question, seen);
  EXPECT_NE(seen.flaw, nullptr);
}

}  // namespace
}  // namespace loadgen::store::load
