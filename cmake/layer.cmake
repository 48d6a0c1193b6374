# emotion_layer(NAME SOURCES ... LINK ...): the object library of one layer. LINK names its third parties, so that a
# file that reaches for another one does not compile.
set_property(GLOBAL PROPERTY EMOTION_LAYERS "")

function(emotion_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;LINK" ${ARGN})
  add_library(emotion_${name} OBJECT ${LAYER_SOURCES})
  target_include_directories(emotion_${name} PRIVATE
    ${PROJECT_SOURCE_DIR}/libemotion/include ${PROJECT_SOURCE_DIR}/libemotion/src ${PROJECT_BINARY_DIR}/include)
  target_compile_definitions(emotion_${name} PRIVATE EMOTION_BUILDING FMT_HEADER_ONLY)
  emotion_warnings(emotion_${name})
  foreach(party IN LISTS LAYER_LINK)
    if(party STREQUAL "torch")
      target_include_directories(emotion_${name} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
      target_compile_options(emotion_${name} PRIVATE ${EMOTION_TORCH_FLAGS})
    elseif(party STREQUAL "opencv")
      target_include_directories(emotion_${name} SYSTEM PRIVATE ${OpenCV_INCLUDE_DIRS})
    else()
      target_link_libraries(emotion_${name} PRIVATE ${party})
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY EMOTION_LAYERS emotion_${name})
endfunction()

function(emotion_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)
  if(EMOTION_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${EMOTION_SANITIZE} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${EMOTION_SANITIZE})
  endif()
endfunction()
