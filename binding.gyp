{
  # What users install. CMakeLists.txt builds the same list of sources for developers.
  "targets": [
    {
      "target_name": "netplumb",
      "sources": ["<!@(grep -v '^#' native/sources.txt)"],
      "include_dirs": ["native", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NODE_ADDON_API_DISABLE_DEPRECATED", "NAPI_CPP_EXCEPTIONS"],
      "cflags": ["-O2", "-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc": ["-std=c++20", "-fexceptions"],
      "cflags!": ["-O3"],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17", "-std=gnu++20"],
    },
  ],
}
