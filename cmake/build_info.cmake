# Target headgate_build_info: version, commit and compiler as a header made anew when the commit has changed.
add_custom_target(headgate_commit
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
    "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    -DOUTPUT=${PROJECT_BINARY_DIR}/generated/build_values.h -P ${PROJECT_SOURCE_DIR}/cmake/write_build_values.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/build_values.h
  COMMENT "Commit for --version" VERBATIM)
add_library(headgate_build_info INTERFACE)
target_include_directories(headgate_build_info INTERFACE "${PROJECT_BINARY_DIR}/generated")
add_dependencies(headgate_build_info headgate_commit)
