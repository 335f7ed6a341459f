# BREAKWATER_SANITIZE=address,undefined | thread | (empty)
set(BREAKWATER_SANITIZE "" CACHE STRING "Sanitizers to build with, comma separated")
if(BREAKWATER_SANITIZE)
  add_compile_options(-fsanitize=${BREAKWATER_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BREAKWATER_SANITIZE})
endif()

if(BREAKWATER_FUZZ)
  # Coverage feedback in the libraries; the targets themselves get libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
