# Debian 12 packages only; nothing is downloaded at configure time.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 3.35 REQUIRED)

# One name per dependency, each a system include so that its warnings are not ours.
add_library(dep_boost INTERFACE)
target_include_directories(dep_boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_compile_definitions(dep_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

# The allocator of builds without a sanitizer, which brings its own: requests make many small blocks that live as long as
# they do, and mimalloc serves those with half of the C library's time.
add_library(dep_malloc INTERFACE)
if(NOT BREAKWATER_SANITIZE)
  find_library(MIMALLOC_LIBRARY mimalloc REQUIRED)
  target_link_libraries(dep_malloc INTERFACE ${MIMALLOC_LIBRARY})
endif()

add_library(dep_json INTERFACE)
target_link_libraries(dep_json INTERFACE nlohmann_json::nlohmann_json)

add_library(dep_simdjson INTERFACE)
target_link_libraries(dep_simdjson INTERFACE simdjson::simdjson)

# The image carries what is linked in, so the packages that ship an archive are linked statically.
find_library(SQLITE_ARCHIVE libsqlite3.a)
find_library(MATH_LIBRARY m)
add_library(dep_sqlite INTERFACE)
target_include_directories(dep_sqlite SYSTEM INTERFACE ${SQLite3_INCLUDE_DIRS})
target_link_libraries(dep_sqlite INTERFACE
  $<IF:$<BOOL:${SQLITE_ARCHIVE}>,${SQLITE_ARCHIVE},${SQLite3_LIBRARIES}> ${MATH_LIBRARY} Threads::Threads ${CMAKE_DL_LIBS})
find_library(YAML_CPP_ARCHIVE libyaml-cpp.a)
add_library(dep_yaml INTERFACE)
target_link_libraries(dep_yaml INTERFACE $<IF:$<BOOL:${YAML_CPP_ARCHIVE}>,${YAML_CPP_ARCHIVE},yaml-cpp>)
