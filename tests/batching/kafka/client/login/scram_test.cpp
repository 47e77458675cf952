// SCRAM with the example of RFC 7677, and what a broker may do wrong.
#include "batching/kafka/client/login/scram.h"

#include <gtest/gtest.h>

namespace batching::kafka::client::login {
namespace {

// RFC 7677, section 3: user "user", password "pencil".
constexpr const char* nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const std::string client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

struct ScramTest : ::testing::Test {
  salted_passwords salted;
  scram login{hash::sha256, "user", "pencil", nonce, salted};
};

TEST_F(ScramTest, SaysWhatTheRfcSays) {
  EXPECT_EQ(login.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(login.next(server_first).message, client_final);
  EXPECT_FALSE(login.is_over());
  EXPECT_EQ(login.next(server_final).failure, "");
  EXPECT_TRUE(login.is_over());
}

TEST_F(ScramTest, ABrokerThatDoesNotKnowThePasswordIsNotBelieved) {
  ASSERT_EQ(login.next(server_first).failure, "");
  const std::string other = "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
  EXPECT_NE(login.next(other).failure, "");
  EXPECT_FALSE(login.is_over());
}

TEST_F(ScramTest, TheSignatureMayNotBeLeftOut) {
  ASSERT_EQ(login.next(server_first).failure, "");
  EXPECT_NE(login.next("").failure, "");
  EXPECT_FALSE(login.is_over());
}

TEST_F(ScramTest, AnErrorOfTheBrokerIsTold) {
  EXPECT_NE(login.next("e=invalid-proof").failure.find("invalid-proof"), std::string::npos);
}

TEST_F(ScramTest, ANonceThatDoesNotContinueOursIsRefused) {
  EXPECT_NE(login.next("r=other%hvY,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096").failure, "");
  EXPECT_NE(login.next("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096").failure, "");
}

TEST_F(ScramTest, RoundsAreBounded) {
  const std::string begin = "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=";
  for (const char* const rounds : {"4095", "200001", "2000000000", "-1", "", "x"})
    EXPECT_NE(login.next(begin + rounds).failure, "") << rounds;
  EXPECT_EQ(salted.computed(), 0U);
  EXPECT_EQ(login.next(begin + "4096").failure, "");
}

TEST_F(ScramTest, TheSaltedPasswordIsComputedOnceForAllConnections) {
  for (int i = 0; i < 3; ++i) {
    scram another(hash::sha256, "user", "pencil", nonce, salted);
    EXPECT_EQ(another.next(server_first).message, client_final);
  }
  EXPECT_EQ(salted.computed(), 1U);
  scram of_another_password(hash::sha256, "user", "pen", nonce, salted);
  EXPECT_NE(of_another_password.next(server_first).message, client_final);
  EXPECT_EQ(salted.computed(), 2U);
}

TEST_F(ScramTest, CommasAndEqualSignsOfANameAreEscaped) {
  EXPECT_EQ(scram(hash::sha512, "a,b=c", "p", "n", salted).first(), "n,,n=a=2Cb=3Dc,r=n");
}

TEST(NonceTest, IsPrintableAndNew) {
  const std::string one = make_nonce();
  EXPECT_EQ(one.size(), 32U);
  EXPECT_EQ(one.find(','), std::string::npos);
  EXPECT_NE(one, make_nonce());
}

}  // namespace
}  // namespace batching::kafka::client::login
