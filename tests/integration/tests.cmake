# The gateway from outside. One ctest entry per file, in the order of what a reader wants to know first.
# Not in parallel with each other: they measure time, and one of them holds 500 streams.
foreach(name
    http_guard failover routing explain attempts recovery overload timeouts disconnect reload_drain pool tls media
    keys credentials key_permissions vertex bedrock responses client_responses messages google_generate
    embeddings rerank moderations images image_edits image_streams speech transcriptions completions structured realtime live cors
    passthrough files message_files uploads upload_faults unknown costs trace admin cli limits large_bodies kept_responses openapi bench)
  add_test(NAME integration.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/${name}.py)
  set_tests_properties(integration.${name} PROPERTIES
    LABELS integration TIMEOUT 180 RESOURCE_LOCK clock ENVIRONMENT "BREAKWATER_BIN=$<TARGET_FILE:breakwater>")
endforeach()
# Each fault of docs/faults.md in every way it can be met. Their tests wait most of the time, so that a file runs some at a time.
foreach(name connect statuses slow cut malformed clients process outages strange)
  add_test(NAME integration.faults.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/faults/${name}.py)
  set_tests_properties(integration.faults.${name} PROPERTIES
    LABELS integration TIMEOUT 180 RESOURCE_LOCK clock ENVIRONMENT "BREAKWATER_BIN=$<TARGET_FILE:breakwater>")
endforeach()
# The same for minutes, side by side.
add_test(NAME integration.faults.minutes COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/faults/minutes.py)
set_tests_properties(integration.faults.minutes PROPERTIES
  LABELS "integration;long" TIMEOUT 240 RESOURCE_LOCK clock ENVIRONMENT "BREAKWATER_BIN=$<TARGET_FILE:breakwater>")
add_test(NAME integration.faults.coverage COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/faults/coverage.py)
set_tests_properties(integration.faults.coverage PROPERTIES LABELS integration)
