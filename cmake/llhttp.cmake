# Target headgate_llhttp, for tests and benches only: the packaged library where there is one (Debian 13: libllhttp-dev), else Debian 12's packaged C source
# (node-llhttp) compiled strict; scripts/setup unpacks that below build/deps, or it is installed.
set(unpacked "${PROJECT_SOURCE_DIR}/build/deps/node-llhttp")
find_library(LLHTTP_LIBRARY llhttp)
find_path(LLHTTP_INCLUDE_DIR llhttp.h PATHS /usr/share/include/llhttp "${unpacked}/usr/share/include/llhttp")
find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp "${unpacked}/usr/share/llhttp" NO_DEFAULT_PATH)
if(LLHTTP_INCLUDE_DIR AND LLHTTP_LIBRARY)
  add_library(headgate_llhttp INTERFACE)
  target_link_libraries(headgate_llhttp INTERFACE "${LLHTTP_LIBRARY}")
  target_include_directories(headgate_llhttp SYSTEM INTERFACE "${LLHTTP_INCLUDE_DIR}")
elseif(LLHTTP_INCLUDE_DIR AND LLHTTP_SOURCE_DIR)
  add_library(headgate_llhttp STATIC "${LLHTTP_SOURCE_DIR}/llhttp.c" "${LLHTTP_SOURCE_DIR}/api.c" "${LLHTTP_SOURCE_DIR}/http.c")
  target_compile_definitions(headgate_llhttp PRIVATE LLHTTP_STRICT_MODE=1)
  target_include_directories(headgate_llhttp SYSTEM PUBLIC "${LLHTTP_INCLUDE_DIR}")
else()
  message(FATAL_ERROR "headgate's tests need llhttp. Debian 13: libllhttp-dev; Debian 12: node-llhttp (its C source). Run scripts/setup, or leave "
    "the tests out: -DHEADGATE_TESTS=OFF.")
endif()
