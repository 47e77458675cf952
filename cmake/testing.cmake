# Declares tests beyond plain gtest_discover_tests(... PROPERTIES LABELS unit). Labels choose what scripts/test runs when:
# unit (no socket, file or sleep) · contract (real sockets) · unit_threads, contract_threads (the same, under ThreadSanitizer too) ·
# kafka (the real broker of the fixture below) · cassandra (the real Cassandra, and where needed the broker too) · chaos (three brokers, faults) · fuzz.
include(GoogleTest)

set(HEADGATE_TEST_KAFKA_PORT 19092 CACHE STRING "Port of the Kafka that tests labelled kafka start for themselves")
set(HEADGATE_TEST_CASSANDRA_PORT 19042 CACHE STRING "Port of the Cassandra that tests labelled cassandra start for themselves")
set(HEADGATE_FUZZ_SECONDS 10 CACHE STRING "How long a test of label fuzz searches")

# The properties of a test that talks to the real broker at the address in HEADGATE_TEST_KAFKA. For add_test: set_tests_properties(
# NAME PROPERTIES ${headgate_kafka_properties} LABELS kafka). One at a time, each with topics of its own; tests of another server may run
# beside it. RUN_SERIAL TRUE, too, where a limit on time is close.
set(headgate_kafka_properties FIXTURES_REQUIRED kafka
  ENVIRONMENT HEADGATE_TEST_KAFKA=127.0.0.1:${HEADGATE_TEST_KAFKA_PORT} RESOURCE_LOCK kafka)

# The tests of one gtest program that needs the broker.
function(headgate_kafka_tests target)
  gtest_discover_tests(${target} PROPERTIES ${headgate_kafka_properties} LABELS kafka TIMEOUT 120)
endfunction()

# The tests of one gtest program in which several threads meet: headgate_thread_tests(x_test contract).
function(headgate_thread_tests target kind)
  gtest_discover_tests(${target} PROPERTIES LABELS ${kind}_threads)
  add_dependencies(threads_all ${target})
endfunction()
add_custom_target(threads_all COMMENT "The tests that ThreadSanitizer watches")

# The fixture: one fresh broker for all tests labelled kafka, of this build folder's run only.
function(headgate_kafka_fixture)
  set(kafka "${PROJECT_SOURCE_DIR}/scripts/kafka")
  add_test(NAME kafka_up COMMAND "${kafka}" start 1 --fresh --name test --port ${HEADGATE_TEST_KAFKA_PORT})
  add_test(NAME kafka_down COMMAND "${kafka}" stop --now --name test)
  set_tests_properties(kafka_up PROPERTIES FIXTURES_SETUP "kafka;read_model" LABELS kafka TIMEOUT 120)
  set_tests_properties(kafka_down PROPERTIES FIXTURES_CLEANUP "kafka;read_model" LABELS kafka TIMEOUT 60)
endfunction()

# A Kafka as it is run in production, on a port of its own: TLS, logins that end after 6 s, rights, for what needs it.
math(EXPR headgate_secure_kafka_port "${HEADGATE_TEST_KAFKA_PORT} + 100")
set(headgate_secure_kafka_properties FIXTURES_REQUIRED secure_kafka RESOURCE_LOCK secure_kafka LABELS kafka)
function(headgate_secure_kafka_fixture)
  set(kafka "${PROJECT_SOURCE_DIR}/scripts/kafka")
  add_test(NAME secure_kafka_up COMMAND "${kafka}" start 1 --fresh --name secure --port ${headgate_secure_kafka_port} --secure --acl
    --set allow.everyone.if.no.acl.found=true --set listener.name.ssl.ssl.client.auth=requested --set connections.max.reauth.ms=6000)
  add_test(NAME secure_kafka_down COMMAND "${kafka}" stop --now --name secure)
  set_tests_properties(secure_kafka_up PROPERTIES FIXTURES_SETUP secure_kafka LABELS kafka TIMEOUT 120)
  set_tests_properties(secure_kafka_down PROPERTIES FIXTURES_CLEANUP secure_kafka LABELS kafka TIMEOUT 60)
endfunction()

# headgate_cassandra_tests(TARGET FIXTURE): the tests of one gtest program that needs a real Cassandra at the address in HEADGATE_TEST_CASSANDRA.
# FIXTURE is cassandra, or read_model for the broker beside it, where each has topics of its own. One value a property: gtest_discover_tests takes
# lists apart.
function(headgate_cassandra_tests target fixture)
  gtest_discover_tests(${target} PROPERTIES FIXTURES_REQUIRED ${fixture}
    ENVIRONMENT HEADGATE_TEST_CASSANDRA=127.0.0.1:${HEADGATE_TEST_CASSANDRA_PORT}
    ENVIRONMENT_MODIFICATION HEADGATE_TEST_KAFKA=set:127.0.0.1:${HEADGATE_TEST_KAFKA_PORT}
    RESOURCE_LOCK cassandra LABELS cassandra TIMEOUT 400)
endfunction()

# One fresh node for all tests labelled cassandra. After headgate_kafka_fixture().
function(headgate_cassandra_fixture)
  set(cassandra "${PROJECT_SOURCE_DIR}/scripts/cassandra")
  add_test(NAME cassandra_up COMMAND "${cassandra}" start --fresh --name test --port ${HEADGATE_TEST_CASSANDRA_PORT})
  add_test(NAME cassandra_down COMMAND "${cassandra}" stop --now --name test)
  set_tests_properties(cassandra_up PROPERTIES FIXTURES_SETUP "cassandra;read_model" LABELS cassandra TIMEOUT 200)
  set_tests_properties(cassandra_down PROPERTIES FIXTURES_CLEANUP "cassandra;read_model" LABELS cassandra TIMEOUT 60)
endfunction()

# headgate_fuzz_target(NAME LIBRARY...): NAME.cpp defines LLVMFuzzerTestOneInput; its kept corpus is tests/fuzz/corpus/NAME.
# Preset dev: searches for HEADGATE_FUZZ_SECONDS, starting from the corpus (label fuzz). Every other build: replays the corpus (label unit).
function(headgate_fuzz_target name)
  set(corpus "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  add_executable(fuzz_${name} ${name}.cpp)
  target_link_libraries(fuzz_${name} PRIVATE headgate_flags ${ARGN})
  if(HEADGATE_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(found "${CMAKE_BINARY_DIR}/fuzz-found/${name}")
    file(MAKE_DIRECTORY "${found}")
    add_test(NAME fuzz.${name} WORKING_DIRECTORY "${found}" COMMAND fuzz_${name} -max_total_time=${HEADGATE_FUZZ_SECONDS} -timeout=5
      -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 "${found}" "${corpus}")
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  else()
    target_sources(fuzz_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    add_test(NAME corpus.${name} COMMAND fuzz_${name} "${corpus}")
    set_tests_properties(corpus.${name} PROPERTIES LABELS unit TIMEOUT 120)
  endif()
endfunction()
