# Targets GTest::gtest_main and GTest::gmock. Debian ships them in two packages, and the first without the second is a common find.
find_package(GTest QUIET)
if(NOT TARGET GTest::gtest_main OR NOT TARGET GTest::gmock)
  message(FATAL_ERROR "headgate's tests need GoogleTest and GoogleMock (libgtest-dev and libgmock-dev). Run scripts/setup, or leave the tests "
    "out: -DHEADGATE_TESTS=OFF.")
endif()
