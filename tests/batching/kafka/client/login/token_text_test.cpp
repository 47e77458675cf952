#include "batching/kafka/client/login/token_text.h"

#include <gtest/gtest.h>

#include <string>

#include "batching/kafka/client/login/oauthbearer.h"
#include "batching/kafka/client/login/salted_passwords.h"

namespace batching::kafka::client::login {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

const system_clock::time_point noon{1'700'000'000s};

std::string jwt(const std::string& claims) {
  std::string body = to_base64(claims);
  while (body.ends_with('=')) body.pop_back();
  for (char& c : body) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return "e30." + body + ".c2ln";
}

TEST(HttpAnswerTest, IsWholeOnlyWithItsLastByte) {
  for (const std::string& text :
       {std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        std::string("HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo"
                    "\r\n0\r\n")}) {
    for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(read_http_answer(text.substr(0, n), false)) << n;
    const auto whole = read_http_answer(text, false);
    ASSERT_TRUE(whole) << text;
    EXPECT_EQ(whole->status, 200);
    EXPECT_EQ(whole->body, "hello");
  }
}

TEST(HttpAnswerTest, WithoutALengthItEndsWithTheConnection) {
  const std::string text = "HTTP/1.0 401 No\r\nServer: x\r\n\r\nbody";
  EXPECT_FALSE(read_http_answer(text, false));
  ASSERT_TRUE(read_http_answer(text, true));
  EXPECT_EQ(read_http_answer(text, true)->status, 401);
  EXPECT_FALSE(read_http_answer("SSH-2.0-x\r\n\r\n", true));
  EXPECT_FALSE(read_http_answer("HTTP/1.1 2x0 OK\r\n\r\n", true));
  EXPECT_FALSE(read_http_answer("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", true));
}

TEST(TokenTextTest, ExpiresAtTheEarlierOfAnswerAndClaim) {
  const std::string token = jwt(R"({"sub":"svc?>~","exp":1700000100})");
  const auto by_claim = read_token_answer(R"({"access_token":")" + token + R"(","expires_in":300})", noon);
  ASSERT_EQ(by_claim.failure, "");
  EXPECT_EQ(by_claim.found.value, token);
  EXPECT_EQ(by_claim.found.principal, "svc?>~");
  EXPECT_EQ(by_claim.found.expires_at, noon + 100s);
  const auto by_answer = read_token_answer(R"({"access_token":")" + token + R"(","expires_in":"60"})", noon);
  EXPECT_EQ(by_answer.found.expires_at, noon + 60s);
}

TEST(TokenTextTest, AnOpaqueTokenIsTakenAsItIs) {
  const auto token = read_token_answer(R"({"access_token":"abc"})", noon);
  EXPECT_EQ(token.found.value, "abc");
  EXPECT_EQ(token.found.expires_at, noon + 300s) << "nobody says how long it holds";
}

TEST(TokenTextTest, WhatIsNoTokenIsRefused) {
  for (const char* text : {"", "[]", "{}", R"({"access_token":7})", R"({"access_token":""})",
                           R"({"access_token":"a\u0001auth=x"})", R"({"access_token":"a b"})"})
    EXPECT_NE(read_token_answer(text, noon).failure, "") << text;
}

TEST(UrlTest, IsReadInItsParts) {
  const auto plain = read_url("http://127.0.0.1:8080/token?x=1");
  ASSERT_TRUE(plain);
  EXPECT_EQ(std::tuple(plain->is_https, plain->host, plain->port, plain->target),
            std::tuple(false, std::string("127.0.0.1"), 8080, std::string("/token?x=1")));
  const auto six = read_url("https://[::1]");
  ASSERT_TRUE(six);
  EXPECT_EQ(std::tuple(six->is_https, six->host, six->port, six->target),
            std::tuple(true, std::string("::1"), 443, std::string("/")));
  for (const char* text : {"", "ftp://x/", "https://", "https://h:0/", "https://h:70000/", "http://u@h/",
                           "http://h/a b", "http://h/\r\nX: y"})
    EXPECT_FALSE(read_url(text)) << text;
}

TEST(FormTest, OnlyUnreservedCharactersStayAsTheyAre) {
  EXPECT_EQ(form_encoded("aZ09-_.~ &=+\xc3"), "aZ09-_.~%20%26%3D%2B%C3");
}

TEST(OauthbearerTest, AcknowledgesARefusalBeforeItIsTold) {
  oauthbearer login("tok");
  EXPECT_EQ(login.first(), std::string("n,,\x01"
                                       "auth=Bearer tok\x01\x01"));
  EXPECT_EQ(login.next(R"({"status":"invalid_token"})").message, "\x01");
  EXPECT_FALSE(login.is_over());
  EXPECT_EQ(login.next("").message, "");
  EXPECT_TRUE(login.is_over());
}

}  // namespace
}  // namespace batching::kafka::client::login
