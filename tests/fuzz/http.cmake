# HTTP framing and the whole conversation behind it.
headgate_fuzz_target(http headgate_test_support headgate_llhttp)
