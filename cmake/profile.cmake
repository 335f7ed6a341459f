# What runs often, as a run of the gateway under load counted it: the release puts functions that call each other all day
# into one another and side by side, across files, and keeps errors and start-up out of the way. scripts/profile makes
# the file anew; what was changed since then is compiled as if there were none. docs/decisions/0013 has the figures.
set(BREAKWATER_PROFILE use CACHE STRING "use: by cmake/release.profdata; make: a binary that counts; off")

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT BREAKWATER_SANITIZE)
  # Functions of one file are told apart by its name without the folder, so that the counts hold wherever the sources lie.
  set(names -mllvm -static-func-full-module-prefix=false)
  if(BREAKWATER_PROFILE STREQUAL "make")
    add_compile_options(-fprofile-generate -fprofile-update=atomic ${names})
    add_link_options(-fprofile-generate)
  elseif(BREAKWATER_PROFILE STREQUAL "use")
    set(file ${CMAKE_SOURCE_DIR}/cmake/release.profdata)
    if(NOT EXISTS ${file})
      message(FATAL_ERROR "There is no ${file}. Run scripts/profile, which makes it, or configure with -DBREAKWATER_PROFILE=off.")
    endif()
    # Compilers do not tell the build of this file, so its content is part of the command line.
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(SHA256 ${file} hash)
    add_compile_definitions(BREAKWATER_PROFILE_ID="${hash}")
    add_compile_options(-fprofile-use=${file} ${names} -flto=thin -Wno-profile-instr-unprofiled
      -Wno-profile-instr-out-of-date -Wno-backend-plugin)
    add_link_options(-flto=thin)
    # What goes into an archive is read by the linker alone. An llvm-ar of another version, which CMake may have found,
    # wants to read it too and cannot; GNU's takes any file.
    find_program(BREAKWATER_AR NAMES llvm-ar-19 ar REQUIRED)
    find_program(BREAKWATER_RANLIB NAMES llvm-ranlib-19 ranlib REQUIRED)
    set(CMAKE_AR ${BREAKWATER_AR})
    set(CMAKE_RANLIB ${BREAKWATER_RANLIB})
  endif()
endif()
