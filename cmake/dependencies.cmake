# The libraries that libemotion stands on. LibTorch is found through the Python that has torch, unless Torch_DIR or
# CMAKE_PREFIX_PATH says where it is.
if(NOT Torch_DIR AND NOT EMOTION_TORCH_PREFIX)
  find_package(Python COMPONENTS Interpreter QUIET)
  if(Python_Interpreter_FOUND)
    execute_process(
      COMMAND ${Python_EXECUTABLE} -c
              "import importlib.util as u, pathlib as p; s = u.find_spec('torch'); print(p.Path(s.origin).parent if s else '')"
      OUTPUT_VARIABLE EMOTION_TORCH_FOLDER OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(EMOTION_TORCH_FOLDER)
      set(EMOTION_TORCH_PREFIX ${EMOTION_TORCH_FOLDER}/share/cmake CACHE PATH "Where torch's CMake files are")
    endif()
  endif()
endif()
if(EMOTION_TORCH_PREFIX)
  list(PREPEND CMAKE_PREFIX_PATH ${EMOTION_TORCH_PREFIX})
endif()
find_package(Torch 2.7 REQUIRED)
# torch's own CMake files set flags for every target; ours are set target by target.
string(REPLACE " " ";" EMOTION_TORCH_FLAGS "${TORCH_CXX_FLAGS}")

find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs videoio)
# OpenCV reads and writes videos through the same libraries; libopencv-dev brings their headers.
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFmpeg REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)
# Windows. FFmpeg's libraries stand on it too, so a program that shows nothing loads no more than before.
pkg_check_modules(XCB REQUIRED IMPORTED_TARGET xcb)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(CURL REQUIRED)

# Where an installed libemotion looks for LibTorch.
if(NOT DEFINED EMOTION_TORCH_RPATH)
  set(EMOTION_TORCH_RPATH "$ORIGIN:${TORCH_INSTALL_PREFIX}/lib")
endif()
