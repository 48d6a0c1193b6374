# find_package(emotion) gives the target emotion::emotion: one shared library and its headers. LibTorch and OpenCV are
# inside it; a program that uses it needs neither to configure nor to compile.
include(${CMAKE_CURRENT_LIST_DIR}/emotionTargets.cmake)
