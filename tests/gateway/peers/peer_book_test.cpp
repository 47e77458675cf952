#include "gateway/peers/peer_book.h"

#include <gtest/gtest.h>

namespace gateway::peers {
namespace {

peer_book::member member(const std::string& name, std::vector<std::pair<std::string, std::int32_t>> assigned) {
  return {{name, "127.0.0.1", 7070, false}, std::move(assigned)};
}

TEST(PeerBookTest, SaysWhoOwnsWhatButNotThatWeDo) {
  peer_book book("one");
  EXPECT_EQ(book.owner_of("carts", 0), "");
  book.set({member("one", {{"carts", 0}}), member("two", {{"carts", 1}})}, true);
  EXPECT_EQ(book.owner_of("carts", 0), "");
  EXPECT_EQ(book.owner_of("carts", 1), "two");
  EXPECT_EQ(book.owner_of("orders", 1), "");
  EXPECT_TRUE(book.find("two"));
  EXPECT_FALSE(book.find("three"));
  EXPECT_TRUE(book.has_others());
  book.set({member("one", {{"carts", 0}})}, true);
  EXPECT_FALSE(book.has_others());
}

TEST(PeerBookTest, WhileTheGroupIsNotStableTheOldWordStandsForThoseWhoAreThere) {
  peer_book book("one");
  book.set({member("two", {{"carts", 1}}), member("three", {{"carts", 2}})}, true);
  book.set({member("one", {}), member("two", {})}, false);
  EXPECT_EQ(book.owner_of("carts", 1), "two");
  EXPECT_EQ(book.owner_of("carts", 2), "") << "its owner has left";
  book.set({member("one", {{"carts", 2}}), member("two", {})}, true);
  EXPECT_EQ(book.owner_of("carts", 1), "");
}

}  // namespace
}  // namespace gateway::peers
